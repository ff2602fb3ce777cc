using Archer.Policy.Checkpoints;

namespace Archer.Policy.Tests;

/// <summary>Damages a valid file in many ways: a reader refuses it with <see cref="CheckpointException"/> or reads it, nothing else, and takes little memory.</summary>
internal static class Mutations
{
    private const long MaxBytes = 64 << 20;

    public static void Survive(byte[] valid, int runs, Action<byte[]> read)
    {
        var random = new Random(20);
        var refused = 0;
        for (var run = 0; run < runs; run++)
        {
            var damaged = Damage(valid, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(damaged);
            }
            catch (CheckpointException)
            {
                refused++;
            }

            var taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < MaxBytes, $"run {run} took {taken} bytes for a file of {damaged.Length}");
        }

        Assert.True(refused > runs / 4, $"only {refused} of {runs} damaged files were refused");
    }

    private static byte[] Damage(byte[] valid, Random random)
    {
        byte[] copy = [.. valid];
        switch (random.Next(4))
        {
            case 0:
                return copy[..random.Next(copy.Length)];
            case 1:
                var more = new byte[random.Next(1, 64)];
                random.NextBytes(more);
                return [.. copy, .. more];
            case 2:
                var from = random.Next(copy.Length);
                random.NextBytes(copy.AsSpan(from, Math.Min(random.Next(1, 16), copy.Length - from)));
                return copy;
            default:
                // Near the start, where lengths and headers are, every bit gets its turn.
                var most = random.Next(2) == 0 ? Math.Min(64, copy.Length) : copy.Length;
                for (var flips = random.Next(1, 4); flips > 0; flips--)
                {
                    copy[random.Next(most)] ^= (byte)(1 << random.Next(8));
                }

                return copy;
        }
    }
}
