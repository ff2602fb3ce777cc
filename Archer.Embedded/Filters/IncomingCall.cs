using System.Reflection;
using Archer.Embedded.Activations;
using Archer.Embedded.Calls;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Filters;

/// <summary>A call that goes through filters: the silo's, then the grain's own, then the method.</summary>
internal sealed class IncomingCall<TResult>(TaskInvocation<TResult> invocation, Activation activation, IIncomingGrainCallFilter[] filters)
    : IIncomingGrainCallContext
{
    private int _next;

    public object Grain => activation.GrainInstance!;

    public GrainId? SourceId => invocation.Caller?.GrainId;

    public GrainId TargetId => activation.GrainId;

    public MethodInfo InterfaceMethod => invocation.Method.Info;

    public GrainInterfaceType InterfaceType => invocation.Target.InterfaceType;

    public string InterfaceName => invocation.Target.InterfaceName;

    public string MethodName => invocation.Method.Info.Name;

    public MethodInfo ImplementationMethod
    {
        get
        {
            var map = Grain.GetType().GetInterfaceMap(InterfaceMethod.DeclaringType!);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, InterfaceMethod)];
        }
    }

    public IGrainContext TargetContext => activation;

    public object? Result { get; set; }

    public Task Invoke()
    {
        var index = _next++;
        if (index < filters.Length)
        {
            return filters[index].Invoke(this);
        }

        return index == filters.Length && Grain is IIncomingGrainCallFilter own ? own.Invoke(this) : CallAsync();
    }

    /// <summary>Runs filters and method; the result is what the filters made of it.</summary>
    public async Task<TResult> RunAsync()
    {
        await Invoke();
        return Result is null ? default! : (TResult)Result;
    }

    private async Task CallAsync()
    {
        var task = invocation.Call(Grain);
        await task;
        Result = task is Task<TResult> typed && typeof(TResult) != typeof(Nothing) ? typed.GetAwaiter().GetResult() : null;
    }
}
