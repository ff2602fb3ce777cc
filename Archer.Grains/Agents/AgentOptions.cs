namespace Archer.Grains.Agents;

/// <summary>How agents work. Section <c>Archer:AgentHost</c>.</summary>
public sealed class AgentOptions
{
    /// <summary>How long a simulated start waits for the learner before it is refused with 429; shorter than the grain call time-out. Default: 20 seconds.</summary>
    public TimeSpan AdmissionTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>What a refused start is told to wait. Default: 1 second.</summary>
    public TimeSpan AdmissionRetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Announced versions that an agent remembers, the newest; what serves, served before or is the canary stays besides. The answer to an erasure names
    /// remembered versions only, so this is to be no less than trainers keep on disk. Default: 1,000.
    /// </summary>
    public int RememberedVersions { get; set; } = 1_000;

    /// <summary>
    /// How long a version that a policy server does not see may still appear: an announcement is answered with 503 meanwhile, and what serves is
    /// not left. Shared file systems show a new directory up to a minute late. Default: 90 seconds with a policy server elsewhere
    /// (<c>Archer:PolicyClient:Address</c>), else zero.
    /// </summary>
    public TimeSpan? MissingVersionTimeout { get; set; }

    /// <summary>How old a silo's copy of what serves may be; a change is told to all silos at once besides. Default: 1 second.</summary>
    public TimeSpan ServingAge { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two reports of a silo to an agent: turns, starts and ends, in one call. Default: 750 milliseconds.</summary>
    public TimeSpan ReportPeriod { get; set; } = TimeSpan.FromMilliseconds(750);

    /// <summary>Time between two writes of an agent's numbers. Default: 1 second.</summary>
    public TimeSpan StatisticsPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two looks at an agent's numbers for its history and events. Default: 1 second.</summary>
    public TimeSpan MetricsPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two writes of an agent's history; a crash may lose what came after the last. Default: 10 seconds.</summary>
    public TimeSpan HistoryPeriod { get; set; } = TimeSpan.FromSeconds(10);
}
