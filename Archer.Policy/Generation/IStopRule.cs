namespace Archer.Policy.Generation;

/// <summary>Ends an utterance on something other than a token, such as a text. One instance per request, called on the engine's thread.</summary>
internal interface IStopRule
{
    /// <summary>Takes the next token; true ends the utterance with it.</summary>
    bool Accept(int token);
}
