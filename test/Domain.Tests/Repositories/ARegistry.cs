using System.Collections.Immutable;

namespace Berth.Domain.Tests;

/// <summary>A registry with one repository, and the short way to its images.</summary>
internal sealed class ARegistry
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public ARegistry(TagMutability? mutability = null) =>
        Execute(new RepositoriesCommand.Create("web") { TagMutability = mutability ?? TagMutability.Mutable });

    public DateTimeOffset Now { get; set; } = Noon;

    public RepositoriesAggregate Aggregate { get; } = new("000000000000", "us-east-1");

    public Repository Web => Aggregate.State.Get("web");

    /// <summary>The facts of the last command.</summary>
    public IReadOnlyList<RepositoriesEvent> Recorded { get; private set; } = [];

    public static string DigestOf(string name) => $"sha256:{name.PadLeft(64, '0')}";

    public static RepositoryImage Image(string name, string? subject = null, params string[] children) => new()
    {
        Digest = DigestOf(name),
        MediaType = "application/json",
        ManifestBytes = 1,
        PushedAt = default,
        Layers = children.Length == 0 ? [new ImageContent(DigestOf("1a" + name), name.Length, "")] : [],
        Children = [.. children.Select(child => new ImageContent(DigestOf(child), 1, ""))],
        Subject = subject is null ? null : DigestOf(subject),
    };

    public TResult Execute<TResult>(Command<RepositoriesAggregate, TResult> command)
    {
        var result = command.Decide(Aggregate, new DecisionContext(Now, null!)); // Repositories need no ids.
        Recorded = Aggregate.TakeRecorded();
        return result;
    }

    /// <summary>Why a command was refused; nothing may have been recorded.</summary>
    public string Refusal<TResult>(Command<RepositoriesAggregate, TResult> command)
    {
        var refused = Should.Throw<RefusedException>(() => Execute(command));
        Aggregate.TakeRecorded().ShouldBeEmpty();
        return refused.Code;
    }

    public RepositoryImage Push(string name, string? tag = null, string? subject = null, params string[] children) =>
        Execute(new RepositoriesCommand.PutImage("web", Image(name, subject, children), tag, RefuseUnchanged: false));

    public RepositoriesCommand.ImagesDeleted Delete(params ImageId[] ids) => Execute(new RepositoriesCommand.DeleteImages("web", [.. ids]));

    public ImmutableArray<LifecycleExpiry> Expire(string selection, int priority = 1) => Expire((priority, selection));

    public ImmutableArray<LifecycleExpiry> Expire(params (int Priority, string Selection)[] rules) =>
        LifecyclePolicy.Parse(PolicyOf(rules)).Evaluate(Web, Now);

    public static string PolicyOf(params (int Priority, string Selection)[] rules) =>
        "{\"rules\":[" + string.Join(',', rules.Select(rule =>
            $$$"""{"rulePriority":{{{rule.Priority}}},"selection":{ {{{rule.Selection}}} },"action":{"type":"expire"}}""")) + "]}";
}
