using Xunit;

namespace Archer.Testing.Redis;

/// <summary>A test that needs a real redis-server on PATH; without one it is skipped and says so, and fails in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisFactAttribute : FactAttribute
{
    /// <summary>Skips when there is no server.</summary>
    public RedisFactAttribute() => Skip = MissingTool.Skip(RedisServer.MissingReason);
}

/// <summary>A theory that needs a real redis-server on PATH; without one it is skipped and says so, and fails in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips when there is no server.</summary>
    public RedisTheoryAttribute() => Skip = MissingTool.Skip(RedisServer.MissingReason);
}
