using Archer.Client;

namespace Archer.Policy.Generation;

/// <summary>The queue is full: the caller should come back later (429).</summary>
public sealed class GenerationOverloadedException(int most)
    : ArcherException($"The generation queue is full: {most} requests wait already. Try again later, or raise Generation:MaxQueuedRequests.");

/// <summary>The observation leaves no room for an utterance (413).</summary>
public sealed class PromptTooLongException(int tokens, int most)
    : ArcherException($"The prompt has {tokens} tokens; the model takes at most {most - 1} and one for the reply. Start a new conversation.");

/// <summary>A forward pass failed or gave numbers that are not finite.</summary>
public sealed class GenerationFailedException(string message, Exception? inner = null) : ArcherException(message, inner);
