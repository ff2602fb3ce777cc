using Archer.Embedded.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Runs once when the silo is up and grains can be called.</summary>
    public interface IStartupTask
    {
        /// <summary>Runs.</summary>
        /// <param name="cancellationToken">Cancelled when the start is given up.</param>
        Task Execute(CancellationToken cancellationToken);
    }
}

namespace Orleans.Hosting
{
    /// <summary>Work at the start of the silo.</summary>
    public static class SiloBuilderStartupExtensions
    {
        /// <summary>Adds a task.</summary>
        /// <param name="builder">The silo.</param>
        /// <param name="stage">Tasks run in the order of their stages.</param>
        public static ISiloBuilder AddStartupTask<TStartup>(this ISiloBuilder builder, int stage = 20000)
            where TStartup : class, IStartupTask =>
            builder.AddStartupTask((services, token) => ActivatorUtilities.GetServiceOrCreateInstance<TStartup>(services).Execute(token), stage);

        /// <inheritdoc cref="AddStartupTask{TStartup}(ISiloBuilder, int)"/>
        public static ISiloBuilder AddStartupTask(this ISiloBuilder builder, IStartupTask startupTask, int stage = 20000) =>
            builder.AddStartupTask((_, token) => startupTask.Execute(token), stage);

        /// <inheritdoc cref="AddStartupTask{TStartup}(ISiloBuilder, int)"/>
        public static ISiloBuilder AddStartupTask(
            this ISiloBuilder builder, Func<IServiceProvider, CancellationToken, Task> startupTask, int stage = 20000)
        {
            builder.Services.AddSingleton(new StartupTask(stage, startupTask));
            return builder;
        }
    }
}
