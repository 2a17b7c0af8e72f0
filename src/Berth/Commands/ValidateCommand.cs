using System.CommandLine;
using Berth.Api;

namespace Berth.Host;

/// <summary>Says everything that is wrong with a task definition before anybody registers it. Needs no server.</summary>
internal static class ValidateCommand
{
    private const int Invalid = 1;

    // No task definition comes near it; a wrong file might.
    private const long MostBytes = 4 << 20;

    internal static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A task definition in JSON, as for register-task-definition --cli-input-json; may have comments and trailing commas" };
        var command = new Command("validate", "Print all that is wrong with a task definition, each with its line and member") { file };
        command.SetAction(parsed => Run(parsed.GetValue(file)!, Console.Out));    // Required.
        return command;
    }

    internal static int Run(string file, TextWriter output)
    {
        if (!File.Exists(file))
        {
            throw new CommandException($"There is no file '{file}'.");
        }

        if (new FileInfo(file).Length > MostBytes)
        {
            throw new CommandException($"'{file}' is too large to be a task definition.");
        }

        var document = TaskDefinitionDocument.Read(File.ReadAllBytes(file), Quotas.Read(Environment.GetEnvironmentVariable));
        foreach (var problem in document.Found)
        {
            output.WriteLine(problem.Path.Length > 0 ? $"{file}:{problem.Line}: {problem.Path}: {problem.Message}" : $"{file}:{problem.Line}: {problem.Message}");
        }

        if (!document.Found.IsEmpty)
        {
            return Invalid;
        }

        output.WriteLine($"{file}: the task definition {document.Family} is valid for {string.Join(", ", document.Compatibilities)}.");
        return 0;
    }
}
