namespace Archer.Trainer.Episodes;

/// <summary>
/// Bounds how often the learner reuses what it has: rows drawn ≤ ratio · rows inserted (Reverb's SampleToInsertRatio). The other direction,
/// rows that arrive faster than they are consumed, is bounded by the lag that simulated conversations wait for.
/// </summary>
/// <param name="samplesPerInsert">The ratio.</param>
public sealed class SampleRateLimiter(double samplesPerInsert)
{
    /// <summary>Rows inserted.</summary>
    public long Inserted { get; private set; }

    /// <summary>Rows drawn.</summary>
    public long Sampled { get; private set; }

    /// <summary>Rows drawn per row inserted so far; 0 before the first.</summary>
    public double Ratio => Inserted == 0 ? 0 : (double)Sampled / Inserted;

    /// <summary>Counts rows that became available.</summary>
    public void Insert(int rows) => Inserted += rows;

    /// <summary>Takes the right to draw so many rows; false when that would be too often, and nothing is taken.</summary>
    public bool TrySample(int rows)
    {
        if (Sampled + rows > samplesPerInsert * Inserted)
        {
            return false;
        }

        Sampled += rows;
        return true;
    }

    /// <summary>Sets the counters: exact resume.</summary>
    public void Restore(long inserted, long sampled) => (Inserted, Sampled) = (inserted, sampled);
}
