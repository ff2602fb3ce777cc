using Archer.Client;
using Microsoft.Extensions.Options;

namespace Archer.Hosting.Limits;

/// <summary>Counts the answers that stream events: each holds a connection and memory for as long as its caller likes.</summary>
public sealed class StreamLimit(IOptions<HttpLimitOptions> options)
{
    private readonly int _max = options.Value.MaxStreams;
    private int _open;

    /// <summary>Takes a place until it is disposed of.</summary>
    /// <exception cref="TooManyStreamsException">There is none left.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref _open) > _max)
        {
            Interlocked.Decrement(ref _open);
            throw new TooManyStreamsException(_max);
        }

        return new Place(this);
    }

    private sealed class Place(StreamLimit limit) : IDisposable
    {
        private StreamLimit? _limit = limit;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _limit, null) is { } left)
            {
                Interlocked.Decrement(ref left._open);
            }
        }
    }
}

/// <summary>The server streams to as many callers as it may. 503.</summary>
public sealed class TooManyStreamsException(int max)
    : TransientException($"The server streams {max} answers already. Close streams that nobody reads, or raise Archer:Http:MaxStreams.", TimeSpan.FromSeconds(5));
