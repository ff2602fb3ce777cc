using Archer.Testing.Redis;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Archer.Testing.Contracts;

/// <summary>A test of a contract in one derived class.</summary>
public sealed class ContractTestCase : XunitTestCase
{
    /// <summary>For the runner, which sends test cases between processes.</summary>
    [Obsolete("Called by the de-serializer.", error: true)]
    public ContractTestCase()
    {
    }

    /// <summary>A test of a contract in one derived class.</summary>
    public ContractTestCase(IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    /// <inheritdoc/>
    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsRedisAttribute)).Any()
            ? MissingTool.Skip(RedisServer.MissingReason) ?? base.GetSkipReason(factAttribute)
            : base.GetSkipReason(factAttribute);
}
