using System.Globalization;
using System.Text;
using Archer.Replay;
using Archer.Replay.Sqlite;
using Archer.Testing.Replay;

namespace Archer.Testing.Crashes;

/// <summary>
/// Writes what a conversation writes: number n is state n modulo <see cref="States"/>, then a pair of replay rows in one append.
/// Now and then it erases something, so that kills also meet a checkpoint.
/// </summary>
public sealed class SqliteVictim : IAsyncDisposable
{
    /// <summary>Number n is written to this many states in turn.</summary>
    public const int States = 64;

    /// <summary>The agent whose rows are written.</summary>
    public const string Agent = "crash";

    private readonly SqliteDatabase _database;
    private readonly SqliteStateTable _states;
    private readonly SqliteReplayStore _replay;

    /// <summary>Opens the database of a directory.</summary>
    public SqliteVictim(string directory)
    {
        _database = SqliteDatabase.Open(directory);
        _states = new SqliteStateTable(_database);
        _replay = new SqliteReplayStore(_database, new ReplayOptions { CapacityRows = 10_000_000 });
    }

    /// <summary>Writes a number; it is acknowledged when this completes.</summary>
    public async Task WriteAsync(int number)
    {
        while (!(await TryWriteStateAsync(number)).Done)
        {
            // Another writer of the same state was faster: read again.
        }

        await _replay.AppendAsync(Agent, PairOf(number));
        if (number % 50 == 0)
        {
            await _replay.EraseAsync(Agent, $"erased {number}");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Name of the state that has a number.</summary>
    public static string GrainOf(int number) => (number % States).ToString(CultureInfo.InvariantCulture);

    /// <summary>The rows of a number.</summary>
    public static ReplayRow[] PairOf(int number)
    {
        var conversation = number.ToString(CultureInfo.InvariantCulture);
        return [ReplayRows.Of(conversation, 0), ReplayRows.Of(conversation, 1)];
    }

    /// <summary>A state's bytes: the number, then filling of a length that follows from it.</summary>
    public static byte[] StateOf(int number) =>
        Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture) + ":" + new string('x', number * 37 % 20_000));

    /// <summary>The number that a state's bytes were made for.</summary>
    public static int NumberOf(byte[] state)
    {
        var text = Encoding.UTF8.GetString(state);
        return int.Parse(text[..text.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
    }

    private Task<StateChange> TryWriteStateAsync(int number)
    {
        var stored = _states.Read("crash", GrainOf(number));
        var newest = stored is null ? number : Math.Max(number, NumberOf(stored.Data));
        return _states.WriteAsync("crash", GrainOf(number), stored?.Tag, StateOf(newest));
    }
}
