using System.Reflection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>A call on its way.</summary>
public interface IGrainCallContext
{
    /// <summary>The grain instance.</summary>
    object Grain { get; }

    /// <summary>The activation that called; null for callers outside of grains.</summary>
    GrainId? SourceId { get; }

    /// <summary>The grain that is called.</summary>
    GrainId TargetId { get; }

    /// <summary>The method of the grain interface.</summary>
    MethodInfo InterfaceMethod { get; }

    /// <summary>The grain interface.</summary>
    GrainInterfaceType InterfaceType { get; }

    /// <summary>Full name of the grain interface.</summary>
    string InterfaceName { get; }

    /// <summary>Name of the method.</summary>
    string MethodName { get; }

    /// <summary>What the caller will get, after <see cref="Invoke"/>.</summary>
    object? Result { get; set; }

    /// <summary>Goes on with the call: the next filter, at last the grain.</summary>
    Task Invoke();
}

/// <summary>A call as the called grain's filters see it.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext
{
    /// <summary>The method of the grain class.</summary>
    MethodInfo ImplementationMethod { get; }

    /// <summary>The activation that is called.</summary>
    IGrainContext TargetContext { get; }
}

/// <summary>Runs around every call of every grain, or of the grain class that implements it.</summary>
public interface IIncomingGrainCallFilter
{
    /// <summary>Runs around a call.</summary>
    /// <param name="context">The call; <see cref="IGrainCallContext.Invoke"/> goes on with it.</param>
    Task Invoke(IIncomingGrainCallContext context);
}

/// <summary>An incoming filter as a delegate.</summary>
public delegate Task IncomingGrainCallFilterDelegate(IIncomingGrainCallContext context);
