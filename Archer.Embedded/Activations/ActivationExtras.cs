using Archer.Embedded.Enumerations;
using Archer.Embedded.Streams;
using Archer.Embedded.Timers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Archer.Embedded.Activations;

/// <summary>The parts of an activation that most activations never have.</summary>
internal sealed class ActivationExtras
{
    private IServiceScope? _scope;
    private ActivationId _id;

    public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Until when idle collection stays away; <see cref="DateTimeOffset.MaxValue"/> for ever.</summary>
    public DateTimeOffset KeepUntil { get; set; }

    /// <summary>Posted when the activation is active.</summary>
    public WorkItem? AfterActivation { get; set; }

    public List<IActivationTimer>? Timers { get; set; }

    public int RunningTicks { get; set; }

    public Dictionary<Guid, IGrainEnumeration>? Enumerations { get; set; }

    public Dictionary<Guid, IStreamReceiver>? Receivers { get; set; }

    public ActivationId Id => _id.IsDefault ? _id = ActivationId.NewId() : _id;

    public IServiceProvider Scope(IServiceProvider root) => (_scope ??= root.CreateScope()).ServiceProvider;

    public async ValueTask DisposeScopeAsync()
    {
        switch (_scope)
        {
            case IAsyncDisposable scope:
                await scope.DisposeAsync();
                break;
            default:
                _scope?.Dispose();
                break;
        }
    }
}
