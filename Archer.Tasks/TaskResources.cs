namespace Archer.Tasks;

/// <summary>Files of the tasks' folders that are part of this assembly.</summary>
internal static class TaskResources
{
    /// <param name="path">Folder and name, such as <c>TwentyQuestions/page.js</c>.</param>
    public static Stream Open(string path) => typeof(TaskResources).Assembly.GetManifestResourceStream($"Archer.Tasks.{path}")
        ?? throw new InvalidOperationException($"{path} is not embedded in {typeof(TaskResources).Assembly.GetName().Name}.");

    public static string ReadText(string path)
    {
        using var reader = new StreamReader(Open(path));
        return reader.ReadToEnd();
    }
}
