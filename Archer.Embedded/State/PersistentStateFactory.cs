using System.Reflection;
using Archer.Embedded.Activations;
using Archer.Embedded.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.State;

/// <summary>Fills constructor parameters that carry <see cref="PersistentStateAttribute"/>.</summary>
internal static class PersistentStateFactory
{
    private static readonly MethodInfo Typed = new Func<PersistentStatePlace, Func<Activation, object?>>(For<object>).Method.GetGenericMethodDefinition();

    public static Func<Activation, object?> For(ParameterInfo parameter, PersistentStateAttribute attribute, Silo silo)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new OrleansConfigurationException(
                $"Parameter {parameter.Name} of {parameter.Member.DeclaringType} has [PersistentState] but is no IPersistentState<T>: it is {type}.");
        }

        var place = new PersistentStatePlace(attribute.StateName, Storage(parameter, attribute, silo.Services));
        return (Func<Activation, object?>)Typed.MakeGenericMethod(type.GetGenericArguments()).Invoke(null, [place])!;
    }

    private static Func<Activation, object?> For<TState>(PersistentStatePlace place) => activation => new PersistentState<TState>(activation, place);

    private static IGrainStorage Storage(ParameterInfo parameter, PersistentStateAttribute attribute, IServiceProvider services)
    {
        var name = attribute.StorageName ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME;
        return services.GetKeyedService<IGrainStorage>(name)
            ?? (attribute.StorageName is null ? services.GetService<IGrainStorage>() : null)
            ?? throw new OrleansConfigurationException(
                $"No storage provider \"{name}\" is configured, which state \"{attribute.StateName}\" of {parameter.Member.DeclaringType} names.");
    }
}
