using System.Collections.Immutable;
using Archer.Client.Conversations;
using Archer.Client.Policies;
using Archer.Replay.Codec;
using Archer.Testing.Replay;
using FsCheck;
using FsCheck.Fluent;

namespace Archer.Replay.Tests;

public sealed class ReplayRowCodecTests
{
    private static Gen<string> Text =>
        ArbMap.Default.GeneratorFor<string>().Select(text => new string([.. (text ?? "").Where(c => !char.IsSurrogate(c))]) + (text?.Length > 3 ? "🎲" : ""));

    private static Gen<ReplayRow> Row =>
        from texts in Text.ArrayOf(6)
        from ids in ArbMap.Default.GeneratorFor<int[]>()
        from prompt in Gen.Choose(0, 511).ArrayOf()
        from numbers in ArbMap.Default.GeneratorFor<float>().ArrayOf(4)
        from logProbabilities in ArbMap.Default.GeneratorFor<float[]>()
        from integers in ArbMap.Default.GeneratorFor<int>().ArrayOf(4)
        from flags in ArbMap.Default.GeneratorFor<bool>().ArrayOf(5)
        from seed in ArbMap.Default.GeneratorFor<ulong>()
        from days in Gen.Choose(1, 3_000_000)
        from fraction in Gen.Choose(0, int.MaxValue)
        from minutes in Gen.Choose(-840, 840)
        select new ReplayRow
        {
            Key = new ReplayKey(texts[0], integers[0], integers[1]),
            Tenant = texts[1],
            UserText = texts[2],
            PromptTokenIds = [.. prompt],
            Utterance = new Utterance
            {
                Text = texts[3],
                TokenIds = [.. ids],
                LogProbabilities = [.. logProbabilities],
                PolicyVersion = texts[4],
                FinishReason = flags[0] ? FinishReason.Stop : FinishReason.Length,
                Value = flags[1] ? numbers[0] : null,
                Sampling = new SamplingSettings
                {
                    Temperature = numbers[1],
                    TopK = integers[2],
                    TopP = numbers[2],
                    MaxTokens = integers[3],
                    Seed = seed,
                },
            },
            Reward = numbers[3],
            Terminated = flags[2],
            Truncated = flags[3],
            FinalUserText = flags[4] ? texts[5] : null,
            IsRewardExplicit = flags[1],
            Split = flags[0] ? ReplaySplit.HoldOut : ReplaySplit.Train,
            ActedAt = new DateTimeOffset((days * TimeSpan.TicksPerDay) + fraction, TimeSpan.FromMinutes(minutes)),
        };

    [Fact]
    public void Decode_OfAnyEncodedRow_IsTheRow() =>
        Prop.ForAll(Row.ToArbitrary(), row => AssertSame(row, ReplayRowCodec.Decode(ReplayRowCodec.Encode(row)))).QuickCheckThrowOnFailure();

    [Fact]
    public void DecodeKey_OfAnyEncodedRow_IsItsKey() =>
        Prop.ForAll(Row.ToArbitrary(), row => ReplayRowCodec.DecodeKey(ReplayRowCodec.Encode(row)) == row.Key).QuickCheckThrowOnFailure();

    [Fact]
    public void Decode_OfAnyShortenedRow_IsRefused()
    {
        var encoded = ReplayRowCodec.Encode(ReplayRows.Of("a", 1));
        for (var length = 0; length < encoded.Length; length++)
        {
            Assert.Throws<ReplayException>(() => ReplayRowCodec.Decode(encoded.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Decode_OfAnyDamagedRow_IsARowOrIsRefused()
    {
        var encoded = ReplayRowCodec.Encode(ReplayRows.Of("a", 1));
        for (var at = 0; at < encoded.Length * 8; at++)
        {
            var damaged = encoded.ToArray();
            damaged[at / 8] ^= (byte)(1 << (at % 8));
            var error = Record.Exception(() => ReplayRowCodec.Decode(damaged));
            Assert.True(error is null or ReplayException, error?.ToString());
        }
    }

    [Fact]
    public void Decode_OfALaterSchema_SaysSo()
    {
        var encoded = ReplayRowCodec.Encode(ReplayRows.Of("a", 1));
        encoded[0] = 2;

        var error = Assert.Throws<ReplayException>(() => ReplayRowCodec.Decode(encoded));

        Assert.Equal(
            $"A replay row of {encoded.Length} bytes is malformed at offset 1: expected schema 1, found 2, which another release wrote.", error.Message);
    }

    /// <summary>Rows of the first release must be readable for ever: these bytes were made apart from this code, by the layout's description.</summary>
    [Fact]
    public void Encode_OfAKnownRow_GivesTheBytesOfSchemaOne()
    {
        const string Golden =
            "01016102000800045965732E040108AC0202114973206974207175657374696F6E20313F042829FF030304000000BF0000A0"
            + "BF000000BE000040C0077630303030313200000090C00000803F000000803F401032547698BADCFE000080BF80CEB4887B47"
            + "DF0800";
        var encoded = ReplayRowCodec.Encode(ReplayRows.Of("a", 1));
        Assert.Equal(Golden, Convert.ToHexString(encoded));
    }

    private static void AssertSame(ReplayRow expected, ReplayRow actual)
    {
        Assert.Equal(expected.PromptTokenIds.ToArray(), actual.PromptTokenIds.ToArray());
        Assert.Equal(expected.Utterance.TokenIds.ToArray(), actual.Utterance.TokenIds.ToArray());
        Assert.Equal(expected.Utterance.LogProbabilities.ToArray(), actual.Utterance.LogProbabilities.ToArray());
        Assert.Equal(expected.ActedAt.Offset, actual.ActedAt.Offset);
        Assert.Equal(WithoutArrays(expected), WithoutArrays(actual));
    }

    /// <summary>Records compare arrays by reference.</summary>
    private static ReplayRow WithoutArrays(ReplayRow row) => row with
    {
        PromptTokenIds = ImmutableArray<int>.Empty,
        Utterance = row.Utterance with { TokenIds = ImmutableArray<int>.Empty, LogProbabilities = ImmutableArray<float>.Empty },
    };
}
