using Microsoft.Extensions.Options;

namespace Archer.Hosting.Settings;

/// <summary>Problems that no validator of one options type sees, told with all others when a process starts.</summary>
public static class StartRefusal
{
    /// <summary>Keeps the process from starting if there are problems; <typeparamref name="TOptions"/> are validated at its start anyway.</summary>
    public static void RefuseStart<TOptions>(this IServiceCollection services, IReadOnlyCollection<string> problems)
        where TOptions : class
    {
        if (problems.Count > 0)
        {
            services.AddSingleton<IValidateOptions<TOptions>>(new Refusal<TOptions>(problems));
        }
    }

    private sealed class Refusal<TOptions>(IEnumerable<string> problems) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options) => ValidateOptionsResult.Fail(problems);
    }
}
