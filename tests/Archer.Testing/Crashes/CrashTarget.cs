using System.Globalization;
using System.Text;
using Archer.Client.Replay;
using Archer.Embedded.Storage;
using Archer.Testing.Replay;

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
        return new CrashTarget(store, async number => await store.AppendAsync("crash", [ReplayRows.Numbered(number)]));
    }

    /// <summary>Of a length that changes with the number, so that batches end anywhere in a page.</summary>
    internal static byte[] LogPayload(int number) =>
        Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture) + ":" + new string('x', number * 37 % 3000));
}
