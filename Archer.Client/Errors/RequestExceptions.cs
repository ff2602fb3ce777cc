using System.Collections.Immutable;

namespace Archer.Client;

/// <summary>A request that is wrong in itself. 400.</summary>
[GenerateSerializer, Alias("archer.invalid-request")]
public sealed class InvalidRequestException(ImmutableArray<string> problems)
    : ArcherException(problems.Length == 1 ? problems[0] : $"The request has {problems.Length} problems: {string.Join("; ", problems)}")
{
    /// <summary>A request with one problem.</summary>
    public InvalidRequestException(string problem)
        : this([problem])
    {
    }

    /// <summary>Everything that is wrong with it.</summary>
    [Id(0)]
    public ImmutableArray<string> Problems { get; } = problems;
}

/// <summary>No such conversation. 404.</summary>
[GenerateSerializer, Alias("archer.conversation-not-found")]
public sealed class ConversationNotFoundException(string message) : ArcherException(message);

/// <summary>No such agent. 404.</summary>
[GenerateSerializer, Alias("archer.agent-not-found")]
public sealed class AgentNotFoundException(string message) : ArcherException(message);

/// <summary>The conversation has ended. 409.</summary>
[GenerateSerializer, Alias("archer.conversation-ended")]
public sealed class ConversationEndedException(string message) : ArcherException(message);

/// <summary>An id or key is in use for something else. 409.</summary>
[GenerateSerializer, Alias("archer.conflict")]
public sealed class ConflictException(string message) : ArcherException(message);

/// <summary>A later trainer has taken over the agent: this one has no say any more. 409.</summary>
[GenerateSerializer, Alias("archer.trainer-superseded")]
public sealed class TrainerSupersededException(string message, Exception? inner = null) : ArcherException(message, inner);

/// <summary>The observation does not fit into the policy's context. 413.</summary>
[GenerateSerializer, Alias("archer.observation-too-long")]
public sealed class ObservationTooLongException(string message, Exception? inner = null) : ArcherException(message, inner);

/// <summary>The policy server's answer breaks its contract: nothing changed, and the same request gets the same answer. 502.</summary>
[GenerateSerializer, Alias("archer.policy-mismatch")]
public sealed class PolicyMismatchException(string message, Exception? inner = null) : ArcherException(message, inner);

/// <summary>The policy server refused a version: nothing changed. 422.</summary>
[GenerateSerializer, Alias("archer.version-refused")]
public sealed class VersionRefusedException(string message, Exception? inner = null) : ArcherException(message, inner)
{
    /// <summary>There is no such version: its files were removed, or it never was.</summary>
    [Id(0)]
    public bool IsMissing { get; init; }
}
