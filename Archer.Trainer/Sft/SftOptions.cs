namespace Archer.Trainer.Sft;

/// <summary>How a policy is cloned from conversations. The defaults made the base of ten-word Twenty Questions (docs/results).</summary>
public sealed record SftOptions
{
    /// <summary>Optimiser steps. Default 4,000.</summary>
    public int Steps { get; init; } = 4000;

    /// <summary>Conversations of a step. Default 48.</summary>
    public int BatchConversations { get; init; } = 48;

    /// <summary>Adam's step size at its greatest. Default 3e-3.</summary>
    public float LearningRate { get; init; } = 3e-3f;

    /// <summary>Steps in which the step size rises in a straight line; afterwards it falls along half a cosine. Default 100.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>
    /// Weight of the tokens that the user added, relative to the agent's. To foresee the answers a model must look up what was said before. Default 0.2.
    /// </summary>
    public float UserWeight { get; init; } = 0.2f;

    /// <summary>Weight of the auxiliary head's loss, where conversations have labels. Default 0.5.</summary>
    public float LabelWeight { get; init; } = 0.5f;

    /// <summary>Conversations at the end of the file that are only validated on. Default 500.</summary>
    public int ValidationConversations { get; init; } = 500;

    /// <summary>Steps between two validations. Default 250.</summary>
    public int ValidationInterval { get; init; } = 250;

    /// <summary>Largest gradient norm. Default 1.</summary>
    public float ClipNorm { get; init; } = 1f;

    /// <summary>Seed of the weights and of the order of conversations. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Step size at a step, counted from 0.</summary>
    public float RateAt(int step)
    {
        var warm = Math.Min(1f, (step + 1f) / WarmupSteps);
        return LearningRate * warm * (0.5f + 0.5f * MathF.Cos(MathF.PI * step / Steps));
    }

    /// <summary>Checks all settings.</summary>
    /// <exception cref="ArgumentException">At least one is not usable; all problems are listed.</exception>
    public void Validate()
    {
        List<string> problems = [];
        foreach ((var name, var value) in new[]
        {
            ("Steps", Steps), ("BatchConversations", BatchConversations), ("WarmupSteps", WarmupSteps),
            ("ValidationConversations", ValidationConversations), ("ValidationInterval", ValidationInterval),
        })
        {
            if (value <= 0)
            {
                problems.Add($"{name} is {value}, expected a positive number");
            }
        }
        foreach ((var name, var value) in new[] { ("UserWeight", UserWeight), ("LabelWeight", LabelWeight), ("ClipNorm", ClipNorm) })
        {
            if (!(value >= 0) || !float.IsFinite(value))
            {
                problems.Add($"{name} is {value}, expected 0 or a greater number");
            }
        }
        if (!(LearningRate > 0) || !float.IsFinite(LearningRate))
        {
            problems.Add($"LearningRate is {LearningRate}, expected a number greater than 0");
        }

        if (problems.Count > 0)
        {
            throw new ArgumentException("The options of behaviour cloning are not usable: " + string.Join("; ", problems) + ".");
        }
    }
}
