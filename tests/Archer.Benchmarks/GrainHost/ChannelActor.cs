using System.Threading.Channels;

namespace Archer.Benchmarks.GrainHost;

/// <summary>The rival: the smallest actor that one would write by hand, a channel and a loop. No keys, no copies, no time-outs, no life cycle.</summary>
internal sealed class ChannelActor : IAsyncDisposable
{
    private readonly Channel<TaskCompletionSource<int>> _requests =
        Channel.CreateUnbounded<TaskCompletionSource<int>>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Task _loop;
    private int _count;

    public ChannelActor() => _loop = Task.Run(RunAsync);

    public Task<int> Increment()
    {
        var response = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Writer.TryWrite(response);
        return response.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _requests.Writer.Complete();
        await _loop;
    }

    private async Task RunAsync()
    {
        await foreach (var response in _requests.Reader.ReadAllAsync())
        {
            response.SetResult(++_count);
        }
    }
}
