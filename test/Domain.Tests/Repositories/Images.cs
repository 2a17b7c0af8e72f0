namespace Berth.Domain.Tests;

public sealed class Images
{
    private readonly ARegistry registry = new();

    [Fact]
    public void Keep_their_tags_until_another_image_takes_them()
    {
        registry.Push("a", "v1");
        registry.Push("b", "v1");

        registry.Web.FindByTag("v1")!.Digest.ShouldBe(ARegistry.DigestOf("b"));
        registry.Web.Images.Keys.ShouldBe([ARegistry.DigestOf("a"), ARegistry.DigestOf("b")]);
    }

    [Fact]
    public void Pushed_again_under_the_same_tag_change_nothing()
    {
        registry.Push("a", "v1");
        registry.Push("a", "v1");

        registry.Recorded.ShouldBeEmpty();
        registry.Refusal(new RepositoriesCommand.PutImage("web", ARegistry.Image("a"), "v1", RefuseUnchanged: true)).ShouldBe("ImageAlreadyExistsException");
        registry.Refusal(new RepositoriesCommand.PutImage("web", ARegistry.Image("a"), null, RefuseUnchanged: true)).ShouldBe("ImageAlreadyExistsException");
    }

    [Fact]
    public void Pushed_again_under_another_tag_are_newer()
    {
        registry.Push("a", "v1");
        registry.Now += TimeSpan.FromHours(1);
        registry.Push("a", "v2");

        registry.Web.Images[ARegistry.DigestOf("a")].PushedAt.ShouldBe(ARegistry.Noon.AddHours(1));
    }

    [Fact]
    public void Go_with_their_last_tag()
    {
        registry.Push("a", "v1");
        registry.Push("a", "v2");

        registry.Delete(new ImageId(null, "v1")).Deleted.ShouldBe([new ImageId(ARegistry.DigestOf("a"), "v1")]);
        registry.Web.Images.Count.ShouldBe(1);
        registry.Delete(new ImageId(null, "v2"));
        registry.Web.Images.ShouldBeEmpty();
    }

    [Fact]
    public void Deleted_by_digest_take_all_their_tags_along()
    {
        registry.Push("a", "v1");
        registry.Push("a", "v2");

        registry.Delete(new ImageId(ARegistry.DigestOf("a"), null)).Deleted
            .ShouldBe([new ImageId(ARegistry.DigestOf("a"), "v1"), new ImageId(ARegistry.DigestOf("a"), "v2")]);

        registry.Web.Tags.ShouldBeEmpty();
    }

    [Fact]
    public void Not_there_or_misnamed_are_told_apart()
    {
        registry.Push("a", "v1");
        registry.Push("b", "v2");

        registry.Delete(
                new ImageId(null, "v9"),
                new ImageId(ARegistry.DigestOf("9"), null),
                new ImageId(ARegistry.DigestOf("a"), "v2")).Failures
            .Select(failure => failure.Code).ShouldBe(["ImageNotFound", "ImageNotFound", "ImageTagDoesNotMatchDigest"]);
    }

    [Fact]
    public void An_index_lists_stay_as_long_as_it_does()
    {
        registry.Push("a");
        registry.Push("c", "multi", null, "a");

        registry.Delete(new ImageId(ARegistry.DigestOf("a"), null)).Failures.Single().Code.ShouldBe("ImageReferencedByManifestList");
        registry.Delete(new ImageId(ARegistry.DigestOf("a"), null), new ImageId(null, "multi")).Failures.ShouldBeEmpty();
        registry.Web.Images.ShouldBeEmpty();
    }

    [Fact]
    public void An_index_weighs_as_much_as_its_heaviest()
    {
        registry.Push("a");
        registry.Push("bbb");
        registry.Push("c", null, null, "a", "bbb");

        registry.Web.SizeOf(registry.Web.Images[ARegistry.DigestOf("c")]).ShouldBe(3);
    }

    [Fact]
    public void Listed_by_an_index_must_be_there_first() =>
        registry.Refusal(new RepositoriesCommand.PutImage("web", ARegistry.Image("c", null, "a"), null, RefuseUnchanged: false)).ShouldBe("ReferencedImagesNotFoundException");

    [Theory]
    [InlineData(false, "", "v1", false)]
    [InlineData(true, "", "v1", true)]
    [InlineData(true, "latest*", "latest-7", false)]
    [InlineData(true, "latest*", "v1", true)]
    [InlineData(false, "v*", "v1", true)]
    [InlineData(false, "v*", "latest", false)]
    public void Keep_pinned_tags(bool immutable, string exclusion, string tag, bool pinned)
    {
        var strict = new ARegistry(new TagMutability(immutable, exclusion.Length == 0 ? [] : [exclusion]));
        strict.Push("a", tag);
        var move = new RepositoriesCommand.PutImage("web", ARegistry.Image("b"), tag, RefuseUnchanged: false);

        if (pinned)
        {
            strict.Refusal(move).ShouldBe("ImageTagAlreadyExistsException");
        }
        else
        {
            strict.Execute(move);
        }
    }
}
