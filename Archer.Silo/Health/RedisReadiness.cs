using StackExchange.Redis;

namespace Archer.Silo.Health;

/// <summary>Whether the Redis server that keeps state and replay answers; it is asked once a second at most, however many probes there are.</summary>
internal sealed class RedisReadiness(IServiceProvider services, TimeProvider time)
{
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private Task<bool> _answer = Task.FromResult(false);
    private DateTimeOffset _askAgainAt = DateTimeOffset.MinValue;

    /// <summary>True where there is none to ask.</summary>
    public Task<bool> AnswersAsync()
    {
        if (services.GetService<IConnectionMultiplexer>() is not { } redis)
        {
            return Task.FromResult(true);
        }

        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_answer.IsCompleted && now >= _askAgainAt)
            {
                (_askAgainAt, _answer) = (now + Validity, AskAsync(redis));
            }

            return _answer;
        }
    }

    /// <summary>A server that cannot write to its disk refuses this too.</summary>
    private async Task<bool> AskAsync(IConnectionMultiplexer redis)
    {
        try
        {
            await redis.GetDatabase().PingAsync().WaitAsync(Patience, time);
            return true;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return false;
        }
    }
}
