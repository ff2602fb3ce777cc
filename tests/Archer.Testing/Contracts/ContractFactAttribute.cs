using Xunit;
using Xunit.Sdk;

namespace Archer.Testing.Contracts;

/// <summary>A test that an abstract contract class states once for all its implementations; skipped where the derived class lacks what it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Archer.Testing.Contracts.ContractFactDiscoverer", "Archer.Testing")]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>The class's tests need a real redis-server on PATH; without one they are skipped and say so.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsRedisAttribute : Attribute;
