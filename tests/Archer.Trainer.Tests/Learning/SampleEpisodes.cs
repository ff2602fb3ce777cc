using Archer.Client.Policies;
using Archer.Client.Randomness;
using Archer.Policy.Checkpoints;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Text;
using Archer.Replay;

namespace Archer.Trainer.Tests.Learning;

/// <summary>Small seeded conversations and policies.</summary>
internal static class SampleEpisodes
{
    public const int Vocabulary = 300;

    public static LlamaConfig Config { get; } = new()
    {
        VocabularySize = Vocabulary,
        HiddenSize = 16,
        IntermediateSize = 32,
        Layers = 1,
        Heads = 2,
        MaxPositions = 256,
        TieEmbeddings = true,
        InitializerRange = 0.1,
    };

    public static LlamaDecoder Policy(ITensorBackend backend, ulong seed = 5)
    {
        var policy = new LlamaDecoder(backend, Config);
        policy.Initialize(seed);
        return policy;
    }

    /// <summary>Version v000000 of an agent: that policy and a small vocabulary.</summary>
    public static void WriteBase(CheckpointStore store)
    {
        using var backend = TensorBackends.Cpu();
        var policy = Policy(backend);
        var tokenizer = new BpeTrainer(new BpeTrainerOptions { VocabularySize = 280 }).Train(["said and done, said and done"]);
        store.Write(new CheckpointDraft { Files = PolicyCheckpoint.Files(policy, null, tokenizer) });
        policy.Parameters.Dispose();
    }

    /// <summary>
    /// Rows of so many conversations, each of one to four turns, positions from <paramref name="firstPosition"/> and token ids from <paramref
    /// name="firstId"/> on.
    /// </summary>
    public static IEnumerable<ReplayEntry> Log(int conversations, ulong seed, long firstPosition = 1, string prefix = "c", int firstId = 0)
    {
        var random = new SplitMix64(seed);
        var position = firstPosition;
        List<ReplayEntry> entries = [];
        for (var c = 0; c < conversations; c++)
        {
            var turns = 1 + random.NextInt(4);
            for (var turn = 0; turn < turns; turn++)
            {
                entries.Add(new ReplayEntry { Position = position++, Row = Row($"{prefix}{c}", turn, turn == turns - 1, firstId, ref random) });
            }
        }
        return entries;
    }

    private static ReplayRow Row(string conversation, int turn, bool last, int firstId, ref SplitMix64 random)
    {
        int[] prompt = Ids(2 + random.NextInt(3), firstId, ref random), utterance = Ids(1 + random.NextInt(5), firstId, ref random);
        return new ReplayRow
        {
            Key = new ReplayKey(conversation, turn, 0),
            UserText = "said",
            PromptTokenIds = [.. prompt],
            Utterance = new Utterance
            {
                Text = "said",
                TokenIds = [.. utterance],
                LogProbabilities = [.. utterance.Select(_ => -MathF.Log(Vocabulary))],
                PolicyVersion = "v000000",
                FinishReason = FinishReason.Stop,
                Sampling = new SamplingSettings(),
            },
            Reward = last ? 0 : -1,
            Terminated = last,
            ActedAt = DateTimeOffset.UnixEpoch,
        };
    }

    private static int[] Ids(int count, int firstId, ref SplitMix64 random)
    {
        var ids = new int[count];
        for (var i = 0; i < count; i++)
        {
            ids[i] = firstId + random.NextInt(Vocabulary - firstId);
        }

        return ids;
    }
}
