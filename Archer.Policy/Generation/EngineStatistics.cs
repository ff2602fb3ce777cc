namespace Archer.Policy.Generation;

/// <summary>What the engine has done since it started. Written by its thread; readers see each number whole, not all at one moment.</summary>
public sealed class EngineStatistics
{
    private readonly GenerationMetrics? _metrics;
    private long _requests;
    private long _utteranceTokens;
    private long _promptTokens;
    private long _cachedTokens;
    private long _steps;
    private long _decoderRows;
    private long _criticRows;
    private long _decodeTicks;
    private long _sampleTicks;
    private long _criticTicks;

    internal EngineStatistics(GenerationMetrics? metrics = null) => _metrics = metrics;

    /// <summary>Utterances finished.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Tokens of finished utterances.</summary>
    public long UtteranceTokens => Volatile.Read(ref _utteranceTokens);

    /// <summary>Tokens of the prompts of finished utterances.</summary>
    public long PromptTokens => Volatile.Read(ref _promptTokens);

    /// <summary>Prompt tokens that were not read again, because an earlier turn's cache held them.</summary>
    public long CachedTokens => Volatile.Read(ref _cachedTokens);

    /// <summary>Passes of the decoder.</summary>
    public long Steps => Volatile.Read(ref _steps);

    /// <summary>Rows of all passes of the decoder.</summary>
    public long DecoderRows => Volatile.Read(ref _decoderRows);

    /// <summary>Rows of all passes of the critic.</summary>
    public long CriticRows => Volatile.Read(ref _criticRows);

    /// <summary>Time in the decoder's passes.</summary>
    public TimeSpan DecodeTime => new(Volatile.Read(ref _decodeTicks));

    /// <summary>Time drawing tokens.</summary>
    public TimeSpan SampleTime => new(Volatile.Read(ref _sampleTicks));

    /// <summary>Time in the critic's passes.</summary>
    public TimeSpan CriticTime => new(Volatile.Read(ref _criticTicks));

    internal void AddDecode(int rows, TimeSpan decode, TimeSpan sample)
    {
        Volatile.Write(ref _steps, _steps + 1);
        Volatile.Write(ref _decoderRows, _decoderRows + rows);
        Volatile.Write(ref _decodeTicks, _decodeTicks + decode.Ticks);
        Volatile.Write(ref _sampleTicks, _sampleTicks + sample.Ticks);
        _metrics?.Batch(rows);
        _metrics?.Time("decode", decode);
        _metrics?.Time("sample", sample);
    }

    internal void AddCritic(int rows, TimeSpan critic)
    {
        Volatile.Write(ref _criticRows, _criticRows + rows);
        Volatile.Write(ref _criticTicks, _criticTicks + critic.Ticks);
        _metrics?.Time("critic", critic);
    }

    internal void AddAdmission(TimeSpan waited) => _metrics?.Queued(waited);

    internal void AddUtterance(int prompt, int cached, int utterance)
    {
        Volatile.Write(ref _requests, _requests + 1);
        Volatile.Write(ref _promptTokens, _promptTokens + prompt);
        Volatile.Write(ref _cachedTokens, _cachedTokens + cached);
        Volatile.Write(ref _utteranceTokens, _utteranceTokens + utterance);
        _metrics?.Tokens(prompt, cached, utterance);
    }
}
