using Archer.Replay;

namespace Archer.Grains.Replay;

/// <summary>A batch with the positions that its rows got.</summary>
internal sealed class WrittenBatch(TransitionBatch batch)
{
    /// <summary>Rows of all conversations, in the batch's order.</summary>
    public IReadOnlyList<WrittenRow> Rows { get; } =
        [.. batch.Conversations.SelectMany(conversation => conversation.Rows.Select(row => new WrittenRow(conversation.Agent, row)))];

    public ITransitionObserver Sender => batch.Sender;

    public BatchAcknowledgement ToAcknowledgement() => new() { Number = batch.Number, Positions = [.. Rows.Select(row => row.Position)] };
}

/// <summary>A row and its position, which is <see cref="BatchAcknowledgement.NotWritten"/> until it is written.</summary>
internal sealed class WrittenRow(string agent, ReplayRow row)
{
    public string Agent => agent;

    public ReplayRow Row => row;

    public long Position { get; set; } = BatchAcknowledgement.NotWritten;
}
