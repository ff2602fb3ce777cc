namespace Archer.Grains.Policies;

/// <summary>How the policy server is called. Section <c>Archer:PolicyClient</c>.</summary>
public sealed class PolicyClientOptions
{
    /// <summary>
    /// Address of the policy server, to which <c>/v1/…</c> is added: http://127.0.0.1:5081 for a process of its own, http://127.0.0.1:5080/policy for one beside a
    /// silo. Default: this process, where it has that role.
    /// </summary>
    public Uri? Address { get; set; }

    /// <summary>
    /// Addresses of all policy servers, each of which loads a version before it serves. A name of http that has several addresses, as a headless
    /// service, stands for a server at each. Default: <see cref="Address"/> alone.
    /// </summary>
    public IList<Uri> Servers { get; } = [];

    /// <summary>Bearer key for the policy server; null when it asks for none.</summary>
    public string? Key { get; set; }

    /// <summary>Longest time of one attempt. Default: 15 seconds.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest time of a call with all its attempts, shorter than the grain call time-out. Default: 25 seconds.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>Further attempts after a connection error or a 5xx answer. Default: 3.</summary>
    public int Retries { get; set; } = 3;

    /// <summary>Median delay before the first further attempt; it doubles each time, with jitter. Default: 100 milliseconds.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Calls in flight at once. Default: 256.</summary>
    public int ConcurrencyLimit { get; set; } = 256;

    /// <summary>Calls that may wait for one in flight. Default: 4,096.</summary>
    public int QueueLimit { get; set; } = 4096;

    /// <summary>Share of failures in <see cref="BreakerWindow"/> that opens the circuit, in (0, 1]. Default: 0.5.</summary>
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <summary>Attempts in the window before the circuit can open, at least 2. Default: 20.</summary>
    public int BreakerMinimumThroughput { get; set; } = 20;

    /// <summary>Time that the share of failures is taken over. Default: 10 seconds.</summary>
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the circuit stays open. Default: 2 seconds.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What a caller is told to wait when there is no utterance. Default: 2 seconds.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Seed of the retries' jitter. Default: 0.</summary>
    public int JitterSeed { get; set; }
}
