using Archer.Client;

namespace Archer.Policy.Generation;

/// <summary>The queue is full: come back later. 429.</summary>
public sealed class GenerationOverloadedException(int most)
    : TransientException($"The generation queue is full: {most} requests wait already. Try again later.", TimeSpan.FromSeconds(1));

/// <summary>A forward pass failed, gave numbers that are not finite, or the engine is stopping. 503.</summary>
public sealed class GenerationFailedException(string message, Exception? inner = null) : TransientException(message, TimeSpan.FromSeconds(1), inner);
