using System.Globalization;
using Archer.Replay.Sqlite;
using Archer.Testing;
using Archer.Testing.Crashes;

namespace Archer.Replay.Tests;

public sealed class SqliteCrashTests : IDisposable
{
    private const int DefaultRounds = 6;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>ARCHER_CRASH_ROUNDS=60 is the run whose result is in docs/results/storage.md.</summary>
    [Fact]
    public async Task Open_AfterKills_HasEveryAcknowledgedWriteWhole()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("ARCHER_CRASH_ROUNDS"), CultureInfo.InvariantCulture, out var set) ? set : DefaultRounds;
        var acknowledged = new HashSet<int>();
        var next = 0;
        for (var round = 0; round < rounds; round++)
        {
            acknowledged.UnionWith(
                await CrashProcess.RunAndKillAsync(_directory.Path, next, writers: 16, killAfter: 20 + (round * 83 % 400)));
            next = await AssertWholeAsync(acknowledged) + 1;
        }
    }

    /// <summary>Returns the greatest number that was written, acknowledged or not.</summary>
    private async Task<int> AssertWholeAsync(HashSet<int> acknowledged)
    {
        using var database = SqliteDatabase.Open(_directory.Path);
        Assert.Equal("ok", database.Read(session => session.First("PRAGMA integrity_check", row => row.GetString(0))));
        var states = AssertStates(new SqliteStateTable(database), acknowledged);

        var store = new SqliteReplayStore(database);
        var entries = await store.ReadAsync(SqliteVictim.Agent, 0, int.MaxValue);
        var numbers = entries.Where(entry => entry.Row is not null)
            .GroupBy(entry => int.Parse(entry.Row!.Key.Conversation, CultureInfo.InvariantCulture))
            .ToDictionary(rows => rows.Key, rows => rows.Select(row => row.Row!.Key.Turn).ToArray());
        Assert.Subset(numbers.Keys.ToHashSet(), acknowledged);
        Assert.All(numbers.Values, turns => Assert.Equal([0, 1], turns));
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(position => (long)position), entries.Select(entry => entry.Position));
        AssertCounters(await store.GetStatisticsAsync(SqliteVictim.Agent), numbers.Count, entries.Count);
        return Math.Max(states, numbers.Keys.Max());
    }

    private static int AssertStates(SqliteStateTable states, HashSet<int> acknowledged)
    {
        var newest = -1;
        for (var grain = 0; grain < SqliteVictim.States; grain++)
        {
            var written = acknowledged.Where(number => number % SqliteVictim.States == grain).DefaultIfEmpty(-1).Max();
            var stored = states.Read("crash", SqliteVictim.GrainOf(grain));
            var number = stored is null ? -1 : SqliteVictim.NumberOf(stored.Data);
            Assert.True(number >= written, $"State {grain} is {number}, but {written} was acknowledged.");
            Assert.Equal(stored?.Data, stored is null ? null : SqliteVictim.StateOf(number));
            newest = Math.Max(newest, number);
        }

        return newest;
    }

    private static void AssertCounters(ReplayStatistics statistics, int episodes, int entries)
    {
        Assert.Equal(
            new ReplayStatistics { Rows = 2 * episodes, Episodes = episodes, LastPosition = entries, Inserted = 2 * episodes, Evicted = 0 },
            statistics);
    }
}
