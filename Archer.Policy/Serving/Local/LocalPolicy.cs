using System.Collections.Immutable;
using Archer.Client;
using Archer.Client.Policies;
using Archer.Policy.Checkpoints;
using Archer.Policy.Generation;
using Archer.Policy.Serving.Completions;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Tensors;
using Archer.Policy.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Archer.Policy.Serving.Local;

/// <summary>A checkpoint that speaks in this process: the policy server's engine, sampling and mask, without its HTTP and its versions.</summary>
public sealed class LocalPolicy : IDisposable
{
    private readonly ResidentPolicy _policy;
    private readonly GenerationThread _engine;

    private LocalPolicy(ResidentPolicy policy, TimeProvider time)
    {
        _policy = policy;
        _engine = new GenerationThread(new GenerationOptions(), time, new EngineStatistics(), NullLogger<GenerationThread>.Instance);
    }

    /// <summary>The agent that its manifest names; without a manifest the directory's name.</summary>
    public string Agent => _policy.Agent;

    /// <summary>The version that its manifest names; without a manifest the directory's name.</summary>
    public string Version => _policy.Version;

    /// <summary>Renders conversations into its ids.</summary>
    public ChatTemplate Template => _policy.Template;

    /// <summary>Loads a checkpoint directory.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged, or of a kind that is not supported.</exception>
    /// <exception cref="VersionRefusedException">It has diverged.</exception>
    public static LocalPolicy Load(string directory, TimeProvider time)
    {
        var whole = CheckpointDirectory.Open(directory);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        using var backend = TensorBackends.Cpu();
        using var checkpoint = PolicyCheckpoint.Load(backend, whole);
        var policy = CheckpointPolicyLoader.Resident(whole.Manifest?.Agent ?? name, whole.Manifest?.Version ?? name, checkpoint, time.GetUtcNow());
        return new LocalPolicy(policy, time);
    }

    /// <summary>Says what comes next; any number of callers at once, their utterances are made together.</summary>
    /// <param name="observation">Everything before the utterance, as <see cref="Template"/> renders it. Shape [n].</param>
    /// <param name="sampling">How it is drawn; the same settings, seed included, give the same utterance.</param>
    /// <param name="cancellationToken">Frees its place.</param>
    /// <exception cref="ObservationTooLongException">There is no room for a token.</exception>
    /// <exception cref="TransientException">Too many callers, or a pass failed.</exception>
    public async Task<Utterance> SayAsync(ImmutableArray<int> observation, SamplingSettings sampling, CancellationToken cancellationToken)
    {
        var request = new GenerationRequest
        {
            Model = _policy.Model,
            PromptTokenIds = observation,
            Sampling = sampling,
            StopTokens = [_policy.Template.StopId],
            Mask = _policy.Mask,
        };
        var result = await _engine.GenerateAsync(request, cancellationToken);
        return new Utterance
        {
            Text = UtteranceText.Of(_policy.Tokenizer, [], result.Tokens),
            TokenIds = [.. result.Tokens.Select(token => token.Id)],
            LogProbabilities = [.. result.Tokens.Select(token => token.LogProbability)],
            PolicyVersion = Version,
            FinishReason = result.FinishReason,
            Value = result.Value,
            Sampling = sampling,
        };
    }

    /// <summary>Ends the engine and frees the models.</summary>
    public void Dispose()
    {
        _engine.Dispose();
        _policy.Model.Dispose();
    }
}
