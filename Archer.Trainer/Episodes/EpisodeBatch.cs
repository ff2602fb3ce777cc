using Archer.Policy.Tensors;

namespace Archer.Trainer.Episodes;

/// <summary>
/// Episodes laid end to end, with the rows at which critic and actor are read. An observation index counts over all episodes of the batch: one for
/// every turn, and one more for an episode that was cut off after the user had spoken, which is bootstrapped from.
/// </summary>
public sealed class EpisodeBatch
{
    private readonly List<int> _observationRows = [];
    private readonly List<int> _utteranceRows = [];
    private readonly List<float> _weights = [];
    private readonly int[] _firstObservations;
    private readonly List<int> _tokenRows = [];
    private readonly List<int> _tokenTargets = [];
    private readonly List<int> _tokenObservations = [];
    private readonly List<float> _recorded = [];

    /// <summary>Packs episodes.</summary>
    /// <param name="episodes">At least one.</param>
    /// <param name="anySampling">The actor learns also from episodes whose recorded log-probabilities are not the policy's own (<see cref="Episode.OtherSampling"/>).</param>
    /// <exception cref="ArgumentException">There is no episode.</exception>
    public EpisodeBatch(IReadOnlyList<Episode> episodes, bool anySampling = false)
    {
        if (episodes.Count == 0)
        {
            throw new ArgumentException("A batch has at least one episode.", nameof(episodes));
        }

        Episodes = episodes;
        Tokens = new PackedTokens([.. episodes.Select(episode => (IReadOnlyList<int>)[.. episode.TokenIds, .. episode.FinalPromptIds])]);
        LearnedTurns = episodes.Sum(episode => episode.LearnedTurns);
        _firstObservations = new int[episodes.Count + 1];
        for (var e = 0; e < episodes.Count; e++)
        {
            Place(episodes[e], Tokens.Starts[e], Tokens.Starts[e + 1] - 1, anySampling || episodes[e].OtherSampling is null);
            _firstObservations[e + 1] = _observationRows.Count;
        }
        ObservationRows = [.. _observationRows];
        UtteranceRows = [.. _utteranceRows];
        Weights = [.. _weights];
        TokenRows = [.. _tokenRows];
        TokenTargets = [.. _tokenTargets];
        TokenObservations = [.. _tokenObservations];
        RecordedLogProbabilities = [.. _recorded];
    }

    /// <summary>The episodes, in order.</summary>
    public IReadOnlyList<Episode> Episodes { get; }

    /// <summary>All tokens.</summary>
    public PackedTokens Tokens { get; }

    /// <summary>Observations of all episodes.</summary>
    public int ObservationCount => _firstObservations[^1];

    /// <summary>Turns that are learned from.</summary>
    public int LearnedTurns { get; }

    /// <summary>Index of each episode's first observation, then the number of observations.</summary>
    public ReadOnlySpan<int> FirstObservations => _firstObservations;

    /// <summary>Row of the last token of each observation. Shape [observations].</summary>
    public int[] ObservationRows { get; }

    /// <summary>Row of the last token of the utterance that followed; of the observation itself where none followed. Shape [observations].</summary>
    public int[] UtteranceRows { get; }

    /// <summary>1 / learned turns where the utterance is learned from, else 0. Shape [observations].</summary>
    public float[] Weights { get; }

    /// <summary>Row whose logits predict each token that the actor learns from: the row before it. Shape [tokens].</summary>
    public int[] TokenRows { get; }

    /// <summary>Those tokens. Shape [tokens].</summary>
    public int[] TokenTargets { get; }

    /// <summary>Observation that each of those tokens replied to. Shape [tokens].</summary>
    public int[] TokenObservations { get; }

    /// <summary>Log-probability of each of those tokens at acting time. Shape [tokens].</summary>
    public float[] RecordedLogProbabilities { get; }

    private void Place(Episode episode, int start, int end, bool acted)
    {
        var logProbability = 0;
        for (var i = 0; i < episode.Turns.Length; i++)
        {
            var turn = episode.Turns[i];
            var learned = i < episode.LearnedTurns;
            if (learned && acted)
            {
                PlaceTokens(episode, turn, start, logProbability);
            }

            logProbability += turn.UtteranceLength;
            Observe(start + turn.ObservationEnd, start + turn.UtteranceEnd, learned ? 1f / LearnedTurns : 0);
        }
        if (!episode.FinalPromptIds.IsEmpty)
        {
            Observe(end, end, 0);
        }
    }

    private void Observe(int observationRow, int utteranceRow, float weight)
    {
        _observationRows.Add(observationRow);
        _utteranceRows.Add(utteranceRow);
        _weights.Add(weight);
    }

    private void PlaceTokens(Episode episode, EpisodeTurn turn, int start, int logProbability)
    {
        for (var t = turn.UtteranceStart; t <= turn.UtteranceEnd; t++)
        {
            _tokenRows.Add(start + t - 1);
            _tokenTargets.Add(episode.TokenIds[t]);
            _tokenObservations.Add(_observationRows.Count);
            _recorded.Add(episode.LogProbabilities[logProbability++]);
        }
    }
}
