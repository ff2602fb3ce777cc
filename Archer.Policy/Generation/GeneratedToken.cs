using System.Collections.Immutable;

namespace Archer.Policy.Generation;

/// <summary>An id and the natural logarithm of its probability under the distribution that the token was drawn from.</summary>
internal readonly record struct ScoredToken(int Id, float LogProbability);

/// <summary>One step of an utterance; <paramref name="Alternatives"/> are the most likely ids of that step, best first, when asked for.</summary>
internal readonly record struct GeneratedToken(int Id, float LogProbability, ImmutableArray<ScoredToken> Alternatives);
