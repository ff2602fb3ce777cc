using Archer.Client.Conversations;
using Archer.Client.Policies;

namespace Archer.Replay.Codec;

/// <summary>
/// The stored form of a row, the same in every store: schema, key, then the fields in the order in which they are written.
/// Ids are varints (1 to 2 bytes at the vocabularies in use), log-probabilities float32: a turn of 10 + 10 tokens takes about 150 bytes.
/// </summary>
internal static class ReplayRowCodec
{
    [Flags]
    private enum Marks : byte
    {
        None = 0,
        Terminated = 1,
        Truncated = 2,
        FinalUserText = 4,
        Value = 8,
        HoldOut = 16,
        ExplicitReward = 32,
    }

    public static byte[] Encode(ReplayRow row)
    {
        var writer = new ByteWriter();
        Write(row, writer);
        return writer.Written.ToArray();
    }

    public static void Write(ReplayRow row, ByteWriter to)
    {
        to.Varint(ReplayRow.CurrentSchema);
        to.Text(row.Key.Conversation);
        to.Signed(row.Key.Turn);
        to.Signed(row.Key.Revision);
        to.Byte((byte)MarksOf(row));
        to.Text(row.Tenant);
        to.Text(row.UserText);
        to.Ids(row.PromptTokenIds.AsSpan());
        Write(row.Utterance, to);
        to.Single(row.Reward);
        if (row.FinalUserText is { } text)
        {
            to.Text(text);
        }

        to.Fixed((ulong)row.ActedAt.Ticks);
        to.Signed((long)row.ActedAt.Offset.TotalMinutes);
    }

    /// <summary>Reads a whole row.</summary>
    /// <exception cref="ReplayException">The bytes are no row, or one of a later layout.</exception>
    public static ReplayRow Decode(ReadOnlySpan<byte> source)
    {
        var from = new ByteReader(source);
        var key = ReadKey(ref from);
        var marks = (Marks)from.Byte();
        var row = new ReplayRow
        {
            Key = key,
            Tenant = from.Text(),
            UserText = from.Text(),
            PromptTokenIds = from.Ids(),
            Utterance = ReadUtterance(ref from, marks),
            Reward = from.Single(),
            FinalUserText = marks.HasFlag(Marks.FinalUserText) ? from.Text() : null,
            Terminated = marks.HasFlag(Marks.Terminated),
            Truncated = marks.HasFlag(Marks.Truncated),
            Split = marks.HasFlag(Marks.HoldOut) ? ReplaySplit.HoldOut : ReplaySplit.Train,
            ActedAt = ReadTime(ref from),
            IsRewardExplicit = marks.HasFlag(Marks.ExplicitReward),
        };
        return from.AtEnd ? row : throw from.Malformed("the end of the row", $"{source.Length - from.Offset} more bytes");
    }

    /// <summary>Reads the key only: what an index needs at start.</summary>
    public static ReplayKey DecodeKey(ReadOnlySpan<byte> source)
    {
        var from = new ByteReader(source);
        return ReadKey(ref from);
    }

    private static ReplayKey ReadKey(ref ByteReader from)
    {
        var schema = from.Varint();
        return schema == ReplayRow.CurrentSchema
            ? new ReplayKey(from.Text(), from.Int32(), from.Int32())
            : throw from.Malformed($"schema {ReplayRow.CurrentSchema}", $"{schema}, which another release wrote");
    }

    private static Marks MarksOf(ReplayRow row) =>
        (row.Terminated ? Marks.Terminated : Marks.None)
        | (row.Truncated ? Marks.Truncated : Marks.None)
        | (row.FinalUserText is null ? Marks.None : Marks.FinalUserText)
        | (row.Utterance.Value is null ? Marks.None : Marks.Value)
        | (row.Split == ReplaySplit.HoldOut ? Marks.HoldOut : Marks.None)
        | (row.IsRewardExplicit ? Marks.ExplicitReward : Marks.None);

    private static void Write(Utterance utterance, ByteWriter to)
    {
        to.Text(utterance.Text);
        to.Ids(utterance.TokenIds.AsSpan());
        to.Singles(utterance.LogProbabilities.AsSpan());
        to.Text(utterance.PolicyVersion);
        to.Byte((byte)utterance.FinishReason);
        if (utterance.Value is { } value)
        {
            to.Single(value);
        }

        to.Single(utterance.Sampling.Temperature);
        to.Signed(utterance.Sampling.TopK);
        to.Single(utterance.Sampling.TopP);
        to.Signed(utterance.Sampling.MaxTokens);
        to.Fixed(utterance.Sampling.Seed);
    }

    private static Utterance ReadUtterance(ref ByteReader from, Marks marks) => new()
    {
        Text = from.Text(),
        TokenIds = from.Ids(),
        LogProbabilities = from.Singles(),
        PolicyVersion = from.Text(),
        FinishReason = (FinishReason)from.Byte(),
        Value = marks.HasFlag(Marks.Value) ? from.Single() : null,
        Sampling = new SamplingSettings
        {
            Temperature = from.Single(),
            TopK = from.Int32(),
            TopP = from.Single(),
            MaxTokens = from.Int32(),
            Seed = from.Fixed(),
        },
    };

    private static DateTimeOffset ReadTime(ref ByteReader from)
    {
        var (ticks, minutes) = (from.Fixed(), from.Signed());
        var utc = (Int128)ticks - ((Int128)minutes * TimeSpan.TicksPerMinute);
        return ticks <= (ulong)DateTime.MaxValue.Ticks && minutes is >= -840 and <= 840 && utc >= 0 && utc <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset((long)ticks, TimeSpan.FromMinutes(minutes))
            : throw from.Malformed("a time", $"{ticks} ticks, offset {minutes} minutes");
    }
}
