using System.Collections.Immutable;

namespace Archer.Policy.Text;

/// <summary>The ids of one turn. A conversation's ids are those of its turns, one after the other.</summary>
/// <param name="PromptIds">What the turn appends to the observation, the closing assistant tag included. Shape [m].</param>
/// <param name="UtteranceIds">What the agent says, the end-of-turn token included; empty when it is to speak now. Shape [n].</param>
public sealed record RenderedTurn(ImmutableArray<int> PromptIds, ImmutableArray<int> UtteranceIds);
