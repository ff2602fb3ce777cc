using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Text;
using Archer.Trainer.Sft;

namespace Archer.Trainer.Tests.Sft;

public sealed class BehaviorCloningTests : IDisposable
{
    private static readonly SftConversation[] Conversations = [.. Enumerable.Range(0, 40).Select(Conversation)];
    private readonly ITensorBackend _backend = TensorBackends.Cpu();
    private readonly BpeTokenizer _tokenizer = new BpeTrainer(new BpeTrainerOptions { VocabularySize = 280 })
        .Train(Conversations.SelectMany(conversation => conversation.Messages).Select(message => message.Text));

    [Fact]
    public void Encode_CountsImitatedUtterancesWithTheirEndToken_AndNoOthers()
    {
        var template = new ChatTemplate(_tokenizer);
        var conversation = new SftConversation
        {
            Messages = [new(ChatRole.User, "a"), new(ChatRole.Assistant, "b", Train: false), new(ChatRole.User, "c"), new(ChatRole.Assistant, "d"), new(ChatRole.User, "e")],
            Label = "x",
        };

        var sequence = SftSequence.Encode(conversation, template, new Dictionary<string, int> { ["x"] = 4 });

        Assert.Equal("-1 -1 -1 -1 0 0 -1 -1 -1 -1 1 1 -1 -1 -1 -1", string.Join(' ', sequence.Speakers));
        Assert.Equal([3, 9], sequence.ObservationEnds);
        Assert.Equal(template.StopId, sequence.TokenIds[11]);
        Assert.Equal(4, sequence.Label);
    }

    [Fact]
    public void Batch_PredictsEachTokenFromTheRowBefore_WithWeightsThatSumToOne()
    {
        var sequence = new SftSequence { TokenIds = [5, 6, 7, 8], Speakers = [-1, -1, 1, 0], ObservationEnds = [1], Label = 2 };

        var batch = new SftBatch([sequence, sequence], userWeight: 0.5f);

        Assert.Equal([0, 1, 4, 5], batch.Rows);
        Assert.Equal([6, 7, 6, 7], batch.Targets);
        Assert.Equal(1, batch.Weights.Sum(), 1e-6);
        Assert.Equal(2, batch.Weights[1] / batch.Weights[0], 1e-6);
        Assert.Equal([1, 5], batch.LabelRows);
        Assert.Equal([2, 2], batch.Labels);
    }

    [Fact]
    public void Run_LearnsToReplyWhatWasReplied_AndReportsTheTimeLeft()
    {
        List<SftProgress> reports = [];
        using var cloning = Start(out var policy, new SftOptions { Steps = 60, BatchConversations = 8, WarmupSteps = 5, ValidationConversations = 8, ValidationInterval = 30 });
        var before = cloning.Validate().Likelihood;

        cloning.Run(reports.Add);

        Assert.Equal([30, 60], reports.Select(report => report.Step));
        Assert.True(reports[^1].ValidationLoss < 0.2 * before, $"From {before} to {reports[^1].ValidationLoss} nats per token.");
        Assert.True(reports[^1].ValidationLabelLoss < Math.Log(2), $"The label's loss is {reports[^1].ValidationLabelLoss}.");
        Assert.True(reports[^1].ValidationStopLoss < 0.5, $"The end-of-turn token costs {reports[^1].ValidationStopLoss} nats.");
        Assert.Empty(SftWarnings.Of(null, reports[^1], _tokenizer.VocabularySize));
        Assert.True(reports[0].Left > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, reports[^1].Left);
        policy.Parameters.Dispose();
    }

    [Fact]
    public void SameSeed_GivesTheSamePolicyToTheBit()
    {
        var options = new SftOptions { Steps = 6, BatchConversations = 8, WarmupSteps = 2, ValidationConversations = 8, ValidationInterval = 6 };
        using var first = Start(out var one, options);
        using var second = Start(out var two, options);

        first.Run(_ => { });
        second.Run(_ => { });

        Assert.Equal(one.Parameters.SelectMany(p => p.Tensor.Values.ToArray()), two.Parameters.SelectMany(p => p.Tensor.Values.ToArray()));
        one.Parameters.Dispose();
        two.Parameters.Dispose();
    }

    [Fact]
    public void TooFewConversations_AreRefused()
    {
        var refused = Assert.Throws<ArgumentException>(() => Start(out _, new SftOptions { ValidationConversations = 40 }));

        Assert.Equal("40 conversations leave none to learn from after 40 for validation.", refused.Message);
    }

    public void Dispose() => _backend.Dispose();

    /// <summary>What was said first comes back at the end, and is the label.</summary>
    private static SftConversation Conversation(int number)
    {
        var word = number % 2 == 0 ? "red" : "blue";
        return new SftConversation
        {
            Messages = [new(ChatRole.User, word), new(ChatRole.Assistant, "Go on."), new(ChatRole.User, "now?"), new(ChatRole.Assistant, $"It was {word}.")],
            Label = word,
        };
    }

    private BehaviorCloning Start(out LlamaDecoder policy, SftOptions options)
    {
        policy = new LlamaDecoder(_backend, new BaseModelShape { HiddenSize = 32, Layers = 1, Heads = 2 }.ToConfig(_tokenizer.VocabularySize));
        policy.Initialize(3);
        return new BehaviorCloning(_backend, policy, new ChatTemplate(_tokenizer), Conversations, options);
    }
}
