using System.Collections.Immutable;
using Archer.Client;
using Archer.Client.Policies;

namespace Archer.Grains.Policies;

/// <summary>The policy servers, as grains see them.</summary>
public interface IPolicyClient
{
    /// <summary>Gives the next utterance.</summary>
    /// <exception cref="PolicyUnavailableException">No server answered in time.</exception>
    /// <exception cref="PolicyMismatchException">A server's answer breaks its contract: impossible ids, log-probabilities or value.</exception>
    /// <exception cref="ObservationTooLongException">The observation does not fit into the context.</exception>
    /// <exception cref="PolicyMismatchException">The server answers, but not as the platform needs it: to try again is of no use.</exception>
    Task<PolicyAnswer> CompleteAsync(PolicyRequest request, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="CompleteAsync"/>, piece by piece; the last fragment has the whole answer.</summary>
    IAsyncEnumerable<PolicyFragment> StreamAsync(PolicyRequest request, CancellationToken cancellationToken = default);

    /// <summary>Makes a version ready to serve; returns when every server has loaded it.</summary>
    /// <exception cref="VersionRefusedException">The version is missing or damaged at one of them.</exception>
    /// <exception cref="PolicyUnavailableException">A server did not answer in time.</exception>
    /// <exception cref="PolicyMismatchException">A server cannot load versions, or refuses the key.</exception>
    Task LoadAsync(string agent, string version, CancellationToken cancellationToken = default);

    /// <summary>Versions of an agent that can be loaded; empty when it has none.</summary>
    /// <exception cref="PolicyUnavailableException">No server told them in time.</exception>
    Task<ImmutableArray<string>> ListAsync(string agent, CancellationToken cancellationToken = default);
}

/// <summary>An observation and how to answer it.</summary>
public sealed record PolicyRequest
{
    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>Version that answers.</summary>
    public required string Version { get; init; }

    /// <summary>Instructions before the first message; may be empty.</summary>
    public required string SystemPrompt { get; init; }

    /// <summary>Turns so far, in order.</summary>
    public required ImmutableArray<PolicyTurn> History { get; init; }

    /// <summary>The message to answer.</summary>
    public required string UserText { get; init; }

    /// <summary>How to sample, seed included.</summary>
    public required SamplingSettings Sampling { get; init; }
}

/// <summary>An earlier turn: its ids stand for its text.</summary>
/// <param name="UserText">What the user said.</param>
/// <param name="PromptTokenIds">Ids that the message appended to the observation. Shape [m].</param>
/// <param name="AgentText">What the agent said.</param>
/// <param name="UtteranceTokenIds">Ids of the utterance. Shape [n].</param>
public readonly record struct PolicyTurn(
    string UserText, ImmutableArray<int> PromptTokenIds, string AgentText, ImmutableArray<int> UtteranceTokenIds);

/// <summary>An utterance with what its prompt added.</summary>
public sealed record PolicyAnswer
{
    /// <summary>Ids that the message appended to the observation, template tokens included. Shape [m].</summary>
    public required ImmutableArray<int> PromptTokenIds { get; init; }

    /// <summary>The utterance.</summary>
    public required Utterance Utterance { get; init; }
}

/// <summary>A piece of a streamed answer: text, or at the end the whole answer.</summary>
public readonly record struct PolicyFragment(string? Text, PolicyAnswer? Answer);
