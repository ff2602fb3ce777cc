namespace Archer.Testing;

/// <summary>What code allocates on the thread that runs it.</summary>
public static class Allocations
{
    private const int Rounds = 5;

    /// <summary>
    /// Bytes of the round that allocated least. The thread's counter also takes the rest of its allocation buffer when somebody else's garbage is collected:
    /// what the code allocates, every round shows.
    /// </summary>
    public static long OfEachRound(Action round)
    {
        var least = long.MaxValue;
        for (var i = 0; i < Rounds; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
