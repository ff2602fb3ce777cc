namespace Archer.Policy.Generation;

/// <summary>The networks of one policy version as the engine sees them: ids in, logits and values out. Immutable, shared between threads.</summary>
internal interface IGenerationModel : IDisposable
{
    int VocabularySize { get; }

    /// <summary>Most tokens of one sequence, prompt and utterance together.</summary>
    int MaxPositions { get; }

    bool HasCritic { get; }

    /// <summary>Gives caches for <paramref name="slots"/> sequences and working memory for passes of <paramref name="rows"/> rows.</summary>
    IGenerationSession Open(int slots, int rows);
}

/// <summary>The caches of one version. Used by one thread at a time.</summary>
internal interface IGenerationSession : IDisposable
{
    /// <summary>
    /// Feeds rows to the decoder and writes the logits after each output row, in order of the rows.
    /// Rows of one slot come in order of position; writing a position again forgets what stood at and behind it.
    /// </summary>
    /// <param name="rows">Shape [n].</param>
    /// <param name="logits">Shape [output rows, V].</param>
    void Decode(ReadOnlySpan<BatchRow> rows, Span<float> logits);

    /// <summary>Feeds rows to the critic, which has its own cache, and writes min(V1, V2) after each output row.</summary>
    /// <param name="rows">Shape [n].</param>
    /// <param name="values">Shape [output rows].</param>
    void Evaluate(ReadOnlySpan<BatchRow> rows, Span<float> values);
}
