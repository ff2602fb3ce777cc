using System.Collections.Immutable;
using Archer.Client.Conversations;
using Archer.Client.Policies;
using Archer.Replay;

namespace Archer.Trainer.Episodes;

/// <summary>
/// Turns the replay log's entries, in the order of their positions, into finished episodes. A later revision of a turn takes the place of the
/// earlier one, also in an episode that was handed out before: it is handed out again, and the reader replaces it.
/// </summary>
public sealed class EpisodeAssembler
{
    private readonly Dictionary<string, SortedDictionary<int, ReplayRow>> _open = [];
    private readonly Dictionary<string, SortedDictionary<int, ReplayRow>> _finished = [];

    /// <summary>Conversations that have rows but not yet an end.</summary>
    public int Open => _open.Count;

    /// <summary>Takes the next entry; the episode that it completes or revises, or null. Hold-out rows are passed over.</summary>
    public Episode? Take(ReplayEntry entry)
    {
        if (entry.ErasedConversation is { } erased)
        {
            Forget(erased);
            return null;
        }

        var row = entry.Row!;
        if (row.Split == ReplaySplit.HoldOut)
        {
            return null;
        }

        var rows = RowsOf(row.Key.Conversation);
        if (rows.TryGetValue(row.Key.Turn, out var known) && known.Key.Revision >= row.Key.Revision)
        {
            return null;
        }

        rows[row.Key.Turn] = row;
        return IsComplete(rows) ? Finish(rows, entry.Position) : null;
    }

    /// <summary>Drops a conversation: the episode left the buffer, or was erased.</summary>
    public void Forget(string conversation)
    {
        _open.Remove(conversation);
        _finished.Remove(conversation);
    }

    private static bool IsComplete(SortedDictionary<int, ReplayRow> rows)
    {
        var last = rows.Keys.Last();
        return rows.Count == last + 1 && (rows[last].Terminated || rows[last].Truncated);
    }

    private SortedDictionary<int, ReplayRow> RowsOf(string conversation)
    {
        if (_finished.TryGetValue(conversation, out var finished))
        {
            return finished;
        }

        if (!_open.TryGetValue(conversation, out var rows))
        {
            _open[conversation] = rows = [];
        }

        return rows;
    }

    private Episode Finish(SortedDictionary<int, ReplayRow> rows, long position)
    {
        var conversation = rows[0].Key.Conversation;
        _open.Remove(conversation);
        _finished[conversation] = rows;
        return Build(conversation, [.. rows.Values], position);
    }

    private static Episode Build(string conversation, IReadOnlyList<ReplayRow> rows, long position)
    {
        var tokens = ImmutableArray.CreateBuilder<int>();
        var turns = ImmutableArray.CreateBuilder<EpisodeTurn>(rows.Count);
        foreach (var row in rows)
        {
            tokens.AddRange(OrEmpty(row.PromptTokenIds));
            var utterance = OrEmpty(row.Utterance.TokenIds);
            turns.Add(new EpisodeTurn(tokens.Count, utterance.Length, row.Reward));
            tokens.AddRange(utterance);
        }

        var last = rows[^1];
        // A reward that somebody gave the last utterance says what it led to, although no words followed.
        var end = last.Terminated || (last.FinalUserText is null && last.IsRewardExplicit) ? EpisodeEnd.Terminated
            : last.FinalUserText is null ? EpisodeEnd.TruncatedWithoutReply
            : EpisodeEnd.TruncatedAfterReply;
        return new Episode
        {
            Conversation = conversation,
            Position = position,
            ActedAt = last.ActedAt,
            TokenIds = tokens.DrainToImmutable(),
            Turns = turns.DrainToImmutable(),
            LogProbabilities = [.. rows.SelectMany(row => OrEmpty(row.Utterance.LogProbabilities))],
            PolicyVersions = [.. rows.Select(row => row.Utterance.PolicyVersion)],
            End = end,
            FinalUserText = end == EpisodeEnd.TruncatedAfterReply ? last.FinalUserText : null,
            Temperature = last.Utterance.Sampling.Temperature,
            OtherSampling = rows.Select(row => OtherSampling(row.Utterance.Sampling)).FirstOrDefault(reason => reason is not null),
            CutOffTurns = rows.Count(row => row.Utterance.FinishReason == FinishReason.Length),
            Defect = RowDefects.Find(rows),
        };
    }

    private static string? OtherSampling(SamplingSettings sampling) => sampling switch
    {
        { Temperature: not 1f } => "temperature",
        { TopK: not 0 } => "top_k",
        { TopP: not 1f } => "top_p",
        _ => null,
    };

    private static ImmutableArray<T> OrEmpty<T>(ImmutableArray<T> values) => values.IsDefault ? [] : values;
}
