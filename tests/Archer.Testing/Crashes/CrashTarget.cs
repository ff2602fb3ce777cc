namespace Archer.Testing.Crashes;

/// <summary>What the victim process writes to.</summary>
internal sealed class CrashTarget(IAsyncDisposable owner, Func<int, Task> write) : IAsyncDisposable
{
    public Task WriteAsync(int number) => write(number);

    public ValueTask DisposeAsync() => owner.DisposeAsync();

    public static Task<CrashTarget> OpenAsync(string role, string place) => Task.FromResult(role switch
    {
        "sqlite" => ForSqlite(place),
        _ => throw new ArgumentException($"Unknown role '{role}'.", nameof(role)),
    });

    private static CrashTarget ForSqlite(string directory)
    {
        var victim = new SqliteVictim(directory);
        return new CrashTarget(victim, victim.WriteAsync);
    }
}
