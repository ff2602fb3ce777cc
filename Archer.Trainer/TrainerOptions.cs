using Archer.Policy.Tensors;
using Archer.Trainer.Learning;

namespace Archer.Trainer;

/// <summary>The trainer of one agent. Section <c>Archer:Trainer</c>; what differs for one agent stands under <c>Archer:Trainer:Agents:{name}</c>, by the same keys.</summary>
public sealed record TrainerOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Archer:Trainer";

    /// <summary>Whether the agent learns here. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// Agent that learns, or several with commas between. Default: every agent of the single process, those that <c>Archer:Trainer:Agents</c> names
    /// if it does. A trainer of its own does not know the agents: one of the two must name them.
    /// </summary>
    public string Agent { get; init; } = "";

    /// <summary>Directory of all agents' policy versions. Set by the process; default <c>data/policies</c>.</summary>
    public string PoliciesDirectory { get; init; } = Path.Combine("data", "policies");

    /// <summary>Directory of the learners' own state. Set by the process; default <c>data/trainer</c>.</summary>
    public string StateDirectory { get; init; } = Path.Combine("data", "trainer");

    /// <summary>
    /// Where the learner computes: <c>cpu</c> (managed kernels), <c>cuda</c> (libtorch, in a build with ArcherTorch=cuda), <c>torch</c> (libtorch on the
    /// processor, slower than the managed kernels) or <c>auto</c>, which is CUDA where there is one and otherwise <c>cpu</c>. Default auto.
    /// </summary>
    public TensorDevice Device { get; init; } = TensorDevice.Auto;

    /// <summary>Threads that compute on the processor. Default 1: the other core answers users.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Conversations that may have begun and not been consumed before simulated ones wait, in iterations. Default 2: users play on while an iteration runs.</summary>
    public int MaximumLagIterations { get; init; } = 2;

    /// <summary>Iterations between two published versions. Default 1.</summary>
    public int PublishEvery { get; init; } = 1;

    /// <summary>Iterations between two saved states; one is always saved when the trainer stops. Default 4.</summary>
    public int SaveEvery { get; init; } = 4;

    /// <summary>Newest policy versions that stay on disk. Default 8.</summary>
    public int KeepVersions { get; init; } = 8;

    /// <summary>
    /// Greatest divergence of the actor from its reference, in nats per token, that is published. Default 10: a uniform choice among 22,000 tokens where the
    /// reference is sure of one.
    /// </summary>
    public float MaxDivergence { get; init; } = 10f;

    /// <summary>Greatest loss of critic or actor that is published. Default 100,000,000: twenty turns of the greatest reward each give a sixth of it.</summary>
    public float MaxLoss { get; init; } = 1e8f;

    /// <summary>Greatest gradient norm before clipping that is published. Default 1,000,000; with rewards near 1 a healthy one is near 1.</summary>
    public float MaxGradientNorm { get; init; } = 1e6f;

    /// <summary>How it learns.</summary>
    public LearnerOptions Learner { get; init; } = new();

    /// <summary>Checks all settings.</summary>
    /// <exception cref="ArgumentException">At least one is not usable; all problems are listed.</exception>
    public void Validate()
    {
        string[] problems = [.. Problems()];
        if (problems.Length > 0)
        {
            throw new ArgumentException("The trainer's options are not usable: " + string.Join("; ", problems) + ".");
        }
    }

    /// <summary>Every problem of the settings, in words.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Agent))
        {
            yield return "Agent is missing: name the agent that learns, or several with commas between";
        }

        foreach ((var name, var value) in new[]
        {
            ("Threads", Threads), ("MaximumLagIterations", MaximumLagIterations), ("PublishEvery", PublishEvery), ("SaveEvery", SaveEvery), ("KeepVersions", KeepVersions),
        })
        {
            if (value <= 0)
            {
                yield return $"{name} is {value}, expected a positive number";
            }
        }
        foreach ((var name, var value) in new[] { ("MaxDivergence", MaxDivergence), ("MaxLoss", MaxLoss), ("MaxGradientNorm", MaxGradientNorm) })
        {
            if (!(value > 0) || !float.IsFinite(value))
            {
                yield return $"{name} is {value}, expected a number greater than 0";
            }
        }
        if (TensorBackends.WhyNot(Device) is { } reason)
        {
            yield return $"Device is {Device}, but {reason.TrimEnd('.')}, or set it to auto or cpu";
        }

        foreach (var problem in Learner.Problems())
        {
            yield return "Learner." + problem;
        }
    }
}
