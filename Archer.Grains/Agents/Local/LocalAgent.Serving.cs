using Microsoft.Extensions.Logging;

namespace Archer.Grains.Agents.Local;

/// <content>What serves.</content>
internal sealed partial class LocalAgent
{
    private AgentServing? _serving;
    private Task<AgentServing>? _refresh;
    private long _confirmedAt;
    private bool _isUsed;
    private bool _isUnreachable;

    /// <summary>
    /// Version that answers a conversation's next turn. While the agent cannot be reached nothing else can come to serve either: the last known goes on serving.
    /// </summary>
    public async ValueTask<string> DecideAsync(string conversation)
    {
        _isUsed = true;
        var serving = Volatile.Read(ref _serving);
        if (serving is null || (IsStale && !_isUnreachable))
        {
            serving = await RefreshAsync(serving);
        }

        return serving.VersionFor(conversation);
    }

    /// <summary>Takes what the agent says, unless something newer is known.</summary>
    public void Take(AgentServing serving)
    {
        lock (_gate)
        {
            if (_serving is null || serving.Revision >= _serving.Revision)
            {
                Volatile.Write(ref _serving, serving);
                _confirmedAt = time.GetTimestamp();
                _isUnreachable = false;
            }
        }
    }

    private bool IsStale => time.GetElapsedTime(Volatile.Read(ref _confirmedAt)) > options.ServingAge;

    private async Task<AgentServing> RefreshAsync(AgentServing? known)
    {
        Task<AgentServing> refresh;
        lock (_gate)
        {
            refresh = _refresh ??= Task.Run(AskAsync);
        }

        EnsureLoop();
        try
        {
            return known is null ? await refresh : await refresh.WaitAsync(options.ServingAge, time);
        }
        catch (Exception exception) when (known is not null)
        {
            if (!_isUnreachable)
            {
                _isUnreachable = true;
                LogUnreachable(name, known.Version, exception);
            }

            return known;
        }
    }

    private async Task<AgentServing> AskAsync()
    {
        try
        {
            var serving = await Agent.GetServingAsync();
            Take(serving);
            return serving;
        }
        finally
        {
            lock (_gate)
            {
                _refresh = null;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Agent {Agent} cannot be asked what serves: {Version} goes on serving")]
    private partial void LogUnreachable(string agent, string version, Exception exception);
}
