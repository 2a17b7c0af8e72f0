using System.Collections.Immutable;

namespace Berth.Domain.Tests;

public sealed class Repositories
{
    private readonly ARegistry registry = new();

    [Fact]
    public void Exist_once() => registry.Refusal(new RepositoriesCommand.Create("web")).ShouldBe("RepositoryAlreadyExistsException");

    [Fact]
    public void With_images_go_only_by_force()
    {
        registry.Push("a");

        registry.Refusal(new RepositoriesCommand.Delete("web", Force: false)).ShouldBe("RepositoryNotEmptyException");
        registry.Execute(new RepositoriesCommand.Delete("web", Force: true)).Images.Count.ShouldBe(1);
        registry.Refusal(new RepositoriesCommand.Delete("web", Force: true)).ShouldBe("RepositoryNotFoundException");
    }

    [Fact]
    public void Set_to_what_they_are_record_nothing()
    {
        registry.Execute(new RepositoriesCommand.SetTagMutability("web", new TagMutability(Immutable: true, ["a*"])));
        registry.Execute(new RepositoriesCommand.SetTagMutability("web", new TagMutability(Immutable: true, ["a*"])));
        registry.Recorded.ShouldBeEmpty();
        registry.Execute(new RepositoriesCommand.SetScanning("web", ScanOnPush: false));
        registry.Recorded.ShouldBeEmpty();
        registry.Execute(new RepositoriesCommand.UntagRepository("web", ["absent"]));
        registry.Recorded.ShouldBeEmpty();
    }

    [Fact]
    public void Have_fifty_resource_tags_at_most()
    {
        var fifty = Enumerable.Range(0, 50).ToImmutableSortedDictionary(i => $"k{i}", _ => "", StringComparer.Ordinal);
        registry.Execute(new RepositoriesCommand.TagRepository("web", fifty));

        registry.Refusal(new RepositoriesCommand.TagRepository("web", ImmutableSortedDictionary<string, string>.Empty.Add("one more", ""))).ShouldBe("TooManyTagsException");
        registry.Execute(new RepositoriesCommand.TagRepository("web", ImmutableSortedDictionary<string, string>.Empty.Add("k1", "other")));
        registry.Web.ResourceTags["k1"].ShouldBe("other");
    }

    [Fact]
    public void Give_a_policy_back_when_it_is_removed()
    {
        registry.Refusal(new RepositoriesCommand.DeletePolicy("web")).ShouldBe("RepositoryPolicyNotFoundException");
        registry.Execute(new RepositoriesCommand.SetPolicy("web", "{}"));

        registry.Execute(new RepositoriesCommand.DeletePolicy("web")).ShouldBe("{}");

        registry.Web.PolicyText.ShouldBeNull();
    }
}
