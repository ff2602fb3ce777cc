using Orleans.Runtime;
using Orleans.Streams;

namespace Archer.Embedded.Streams;

internal sealed class MemoryStreamProvider(string name) : IStreamProvider
{
    public string Name => name;
    public bool IsRewindable => false;

    public static MemoryStreamProvider Create(IServiceProvider services, string name) => new(name);
    public IAsyncStream<T> GetStream<T>(StreamId streamId) => throw new NotSupportedException();
}
