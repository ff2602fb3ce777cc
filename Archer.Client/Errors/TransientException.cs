namespace Archer.Client;

/// <summary>A failure that passes: nothing changed, and the same request with the same idempotency key may be sent again after a while.</summary>
[GenerateSerializer, Alias("archer.transient-exception")]
public abstract class TransientException(string message, TimeSpan retryAfter, Exception? inner = null) : ArcherException(message, inner)
{
    /// <summary>How long to wait before another attempt.</summary>
    [Id(0)]
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>No policy server gave an utterance. 503.</summary>
[GenerateSerializer, Alias("archer.policy-unavailable")]
public sealed class PolicyUnavailableException(string message, TimeSpan retryAfter, Exception? inner = null) : TransientException(message, retryAfter, inner);

/// <summary>A policy server does not see a version yet: its files may appear late on a shared file system. 503.</summary>
[GenerateSerializer, Alias("archer.version-not-visible")]
public sealed class VersionNotVisibleException(string message, TimeSpan retryAfter, Exception? inner = null)
    : TransientException(message, retryAfter, inner);

/// <summary>State could not be stored. 503.</summary>
[GenerateSerializer, Alias("archer.storage-unavailable")]
public sealed class StorageUnavailableException(string message, TimeSpan retryAfter, Exception? inner = null) : TransientException(message, retryAfter, inner);

/// <summary>A simulated conversation may not start yet: the learner lags behind. 429.</summary>
[GenerateSerializer, Alias("archer.learner-lags")]
public sealed class LearnerLagsException(string message, TimeSpan retryAfter) : TransientException(message, retryAfter);
