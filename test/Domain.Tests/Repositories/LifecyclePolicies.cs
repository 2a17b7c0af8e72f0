using CsCheck;

namespace Berth.Domain.Tests;

public sealed class LifecyclePolicies
{
    private const string AnyMoreThanOne = """
        "tagStatus":"any","countType":"imageCountMoreThan","countNumber":1
        """;
    private const string UntaggedAfterADay = """
        "tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":1
        """;
    private readonly ARegistry registry = new();

    [Fact]
    public void Keep_the_newest_of_a_count()
    {
        Push("a", "v1");
        Push("b", "v2");
        Push("c", "v3");

        Expired(registry.Expire(AnyMoreThanOne)).ShouldBe(["b", "a"]);
    }

    [Fact]
    public void Expire_what_is_older_than_an_age_but_not_what_is_just_as_old()
    {
        Push("a");
        registry.Now = ARegistry.Noon.AddHours(1).AddDays(1);
        registry.Expire(UntaggedAfterADay).ShouldBeEmpty();
        registry.Now += TimeSpan.FromSeconds(1);
        Expired(registry.Expire(UntaggedAfterADay)).ShouldBe(["a"]);
    }

    [Fact]
    public void Want_every_pattern_of_a_rule_matched()
    {
        Push("a", "prod-1");
        Push("b", "prod-2");
        registry.Push("b", "east-2");
        Push("c", "prod-3");

        Expired(registry.Expire("""
            "tagStatus":"tagged","tagPatternList":["prod*","*east*"],"countType":"sinceImagePushed","countUnit":"days","countNumber":1
            """)).ShouldBeEmpty();
        registry.Now += TimeSpan.FromDays(2);
        Expired(registry.Expire("""
            "tagStatus":"tagged","tagPatternList":["prod*","*east*"],"countType":"sinceImagePushed","countUnit":"days","countNumber":1
            """)).ShouldBe(["b"]);
    }

    [Fact]
    public void Leave_alone_what_a_rule_of_higher_priority_is_about()
    {
        Push("a", "prod-1");
        Push("b", "dev-1");
        Push("c", "dev-2");

        var expired = registry.Expire(
            (1, """
            "tagStatus":"tagged","tagPrefixList":["prod"],"countType":"imageCountMoreThan","countNumber":1
            """),
            (2, AnyMoreThanOne));

        Expired(expired).ShouldBe(["b"]);
        expired.Single().RulePriority.ShouldBe(2);
    }

    [Fact]
    public void Spare_what_an_index_lists_and_take_along_what_is_about_an_image()
    {
        registry.Push("a");
        registry.Push("b", "multi", null, "a");
        registry.Push("d", null, subject: "b");
        registry.Now += TimeSpan.FromDays(2);

        registry.Expire(UntaggedAfterADay).ShouldBeEmpty();
        Expired(registry.Expire("""
            "tagStatus":"any","countType":"sinceImagePushed","countUnit":"days","countNumber":1
            """)).ShouldBe(["b", "d"]);
    }

    [Fact]
    public void Delete_when_applied_what_they_said_they_would()
    {
        Push("a", "v1");
        Push("b", "v2");
        registry.Execute(new RepositoriesCommand.SetLifecyclePolicy("web", ARegistry.PolicyOf((1, AnyMoreThanOne))));

        Expired(registry.Execute(new RepositoriesCommand.ApplyLifecyclePolicy("web"))).ShouldBe(["a"]);

        registry.Web.Images.Keys.ShouldBe([ARegistry.DigestOf("b")]);
        registry.Web.Tags.Keys.ShouldBe(["v2"]);
    }

    [Fact]
    public void Never_expire_an_image_twice_nor_more_than_the_count_allows() =>
        Gen.Select(Gen.Int[0, 12], Gen.Int[1, 6], Gen.Int[1, 6]).Sample((images, dev, any) =>
        {
            var some = new ARegistry();
            for (var i = 0; i < images; i++)
            {
                some.Push($"{i:x}", i % 2 == 0 ? $"dev-{i}" : $"v{i}");
            }

            var expired = some.Expire(
                (1, $""" "tagStatus":"tagged","tagPrefixList":["dev"],"countType":"imageCountMoreThan","countNumber":{dev} """),
                (2, $""" "tagStatus":"any","countType":"imageCountMoreThan","countNumber":{any} """));
            return expired.Select(expiry => expiry.Image.Digest).Distinct().Count() == expired.Length
                && expired.Count(expiry => expiry.RulePriority == 1) == Math.Max(0, ((images + 1) / 2) - dev)
                && expired.Count(expiry => expiry.RulePriority == 2) <= Math.Max(0, images - any);
        });

    [Theory]
    [InlineData("nonsense", "the text is not valid JSON")]
    [InlineData("[]", "the policy must be an object")]
    [InlineData("{}", "'rules' is missing")]
    [InlineData("""{"rules":[]}""", "a policy has 1 to 50 rules")]
    [InlineData("""{"rules":[],"more":1}""", "the policy may not have the member 'more'")]
    [InlineData("""{"rules":[{"rulePriority":0}]}""", "'rulePriority' must be a whole number of at least 1")]
    [InlineData("""{"rules":[{"rulePriority":1,"action":{"type":"transition"}}]}""", "the action's type must be expire")]
    public void Are_refused_with_the_reason(string text, string reason) =>
        Should.Throw<FormatException>(() => LifecyclePolicy.Parse(text)).Message.ShouldBe(reason);

    [Theory]
    [InlineData(""" "tagStatus":"tagged","countType":"imageCountMoreThan","countNumber":1 """)]
    [InlineData(""" "tagStatus":"tagged","tagPrefixList":["a"],"tagPatternList":["a"],"countType":"imageCountMoreThan","countNumber":1 """)]
    [InlineData(""" "tagStatus":"tagged","tagPatternList":["*a*b*c*d*"],"countType":"imageCountMoreThan","countNumber":1 """)]
    [InlineData(""" "tagStatus":"any","tagPrefixList":["a"],"countType":"imageCountMoreThan","countNumber":1 """)]
    [InlineData(""" "tagStatus":"any","countType":"imageCountMoreThan","countNumber":0 """)]
    [InlineData(""" "tagStatus":"any","countType":"imageCountMoreThan","countUnit":"days","countNumber":1 """)]
    [InlineData(""" "tagStatus":"any","countType":"sinceImagePushed","countNumber":1 """)]
    [InlineData(""" "tagStatus":"any","countType":"sinceImagePulled","countUnit":"days","countNumber":1 """)]
    public void Are_refused_for_a_selection_ecr_would_refuse(string selection) =>
        Should.Throw<FormatException>(() => LifecyclePolicy.Parse(ARegistry.PolicyOf((1, selection))));

    [Fact]
    public void Put_the_rule_about_any_image_last_and_number_rules_once()
    {
        Should.Throw<FormatException>(() => LifecyclePolicy.Parse(ARegistry.PolicyOf((1, AnyMoreThanOne), (2, UntaggedAfterADay))));
        Should.Throw<FormatException>(() => LifecyclePolicy.Parse(ARegistry.PolicyOf((1, UntaggedAfterADay), (1, AnyMoreThanOne))));
        LifecyclePolicy.Parse(ARegistry.PolicyOf((1, UntaggedAfterADay), (2, AnyMoreThanOne))).Rules.Length.ShouldBe(2);
    }

    private static IEnumerable<string> Expired(IEnumerable<LifecycleExpiry> expiries) =>
        expiries.Select(expiry => expiry.Image.Digest[7..].TrimStart('0'));

    private void Push(string name, string? tag = null)
    {
        registry.Now += TimeSpan.FromHours(1);
        registry.Push(name, tag);
    }
}
