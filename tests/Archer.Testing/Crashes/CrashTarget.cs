using System.Globalization;
using System.Text;
using Archer.Client.Replay;
using Archer.Embedded.Storage;
using Archer.Testing.Replay;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Testing.Crashes;

/// <summary>What the victim process writes to.</summary>
internal sealed class CrashTarget(IAsyncDisposable owner, Func<int, Task> write) : IAsyncDisposable
{
    public Task WriteAsync(int number) => write(number);

    public ValueTask DisposeAsync() => owner.DisposeAsync();

    public static Task<CrashTarget> OpenAsync(string role, string place) => Task.FromResult(role switch
    {
        "log" => ForLog(place),
        "replay" => ForReplay(place),
        "state" => ForState(place),
        "sqlite" => ForSqlite(place),
        _ => throw new ArgumentException($"Unknown role '{role}'.", nameof(role)),
    });

    private static CrashTarget ForLog(string directory)
    {
        var log = SegmentedLog.Open(new SegmentedLogOptions { Directory = directory, SegmentBytes = 64 << 10 }, (_, _) => { });
        return new CrashTarget(log, number => log.Append(LogPayload(number)).Durable);
    }

    private static CrashTarget ForReplay(string directory)
    {
        var store = new LocalReplayStore(new LocalReplayOptions
        {
            Directory = directory,
            SegmentBytes = 16 << 10,
            Replay = new ReplayOptions { CapacityRows = 1_000_000 },
        });
        return new CrashTarget(store, async number =>
        {
            await store.AppendAsync("crash", [ReplayRows.Numbered(number)]);
            if (number % 25 == 0)
            {
                // An erasure rewrites the whole log: kills then also meet a clean-up.
                await store.EraseAsync("crash", $"erased {number}");
            }
        });
    }

    private static CrashTarget ForSqlite(string directory)
    {
        var victim = new SqliteVictim(directory);
        return new CrashTarget(victim, victim.WriteAsync);
    }

    /// <summary>Number n is written to grain n modulo this.</summary>
    internal const int StateGrains = 64;

    internal static GrainId GrainOf(int number) => GrainId.Create("crash", (number % StateGrains).ToString(CultureInfo.InvariantCulture));

    private static CrashTarget ForState(string directory)
    {
        var storage = new LocalGrainStorage("crash", new LocalGrainStorageOptions { Directory = directory, SegmentBytes = 16 << 10 });
        return new CrashTarget(storage, async number =>
        {
            var state = new GrainState<CrashState>();
            do
            {
                await storage.ReadStateAsync("crash", GrainOf(number), state);
                state.State = new CrashState(Math.Max(number, state.State.Number), new string('y', number * 31 % 900));
            }
            while (!await TryWriteAsync(storage, number, state));
        });
    }

    private static async Task<bool> TryWriteAsync(LocalGrainStorage storage, int number, GrainState<CrashState> state)
    {
        try
        {
            await storage.WriteStateAsync("crash", GrainOf(number), state);
            return true;
        }
        catch (InconsistentStateException)
        {
            // Another writer of the same grain was faster: read again.
            return false;
        }
    }

    /// <summary>Of a length that changes with the number, so that batches end anywhere in a page.</summary>
    internal static byte[] LogPayload(int number) =>
        Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture) + ":" + new string('x', number * 37 % 3000));
}

/// <summary>The state that the victim writes.</summary>
internal sealed record CrashState(int Number, string Text)
{
    public CrashState()
        : this(-1, "")
    {
    }
}
