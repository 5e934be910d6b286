"""Faults that came from outside, and the tests that show that each of them is gone.

A stands for credentials, B for writes, C for reports, D for files, E for the simulator, G for the
first meeting.
"""

from __future__ import annotations

import pytest

from tests.support.named_tests import every_test, named_tests

ROWS = {
    "A1 A profile whose STS cannot be reached ends in one sentence, without a token or a signed address.": """
        `test_profile_of_any_mode_behind_a_proxy_that_is_down_is_reported_in_a_sentence_without_a_secret`
        `test_exception_of_any_library_is_formatted_without_a_credential`
        `test_lost_answer_of_a_server_that_gives_keys_is_asked_for_again`
        `test_server_that_gives_no_key_for_ten_seconds_is_believed_to_be_down`""",
    "A2 Taking back survives every exception, and names who may have access.": """
        `test_create_with_an_exception_at_a_call_leaves_nobody_added`
        `test_exceptions_from_a_call_on_name_everybody_who_may_have_access`
        `test_revoke_whose_key_can_not_be_renewed_in_the_middle_names_whoever_may_have_access`
        `test_reading_whose_key_can_not_be_had_any_more_names_what_is_not_read`""",
    "A3 Every call to STS goes where it is configured, that of a profile too.": """
        `test_sts_is_called_where_the_profile_says`
        `test_sts_is_called_where_configuration_and_variables_say`""",
    "A4 STS is called in its region, or inside the VPC.": """
        `test_sts_is_called_where_configuration_and_variables_say`
        `test_region_that_would_lead_to_another_host_is_refused_whoever_names_it`""",
    "A5 Where several credentials are configured, those count that count for pulumi-alicloud.": """
        `test_way_that_counts_is_that_of_pulumi_alicloud`
        `test_configured_role_is_assumed_in_place_of_the_profile_s`
        `test_region_of_a_profile_counts_where_none_is_configured`
        `test_time_of_a_role_that_is_configured_wins_over_the_profile_s_though_it_is_the_default`
        `test_variables_of_assume_role_do_not_count_for_a_role_with_a_token`
        `test_role_with_a_token_that_is_asked_for_and_not_complete_is_a_problem`""",
    "A6 Variables and modes of other tools are read as those tools read them, or refused.": """
        `test_variable_of_other_tools_is_read_as_they_read_it`
        `test_blanks_around_a_key_are_no_part_of_it`
        `test_profile_of_an_rsa_key_pair_is_refused_with_a_sentence`
        `test_expiration_is_read_with_a_fraction_or_an_offset`
        `test_pipe_in_place_of_a_file_with_credentials_or_rules_is_named`""",
    "A7 NO_PROXY holds, and an error says that a proxy stood between.": """
        `test_host_that_no_proxy_names_is_called_directly`
        `test_suffix_that_no_proxy_names_is_called_directly`
        `test_proxy_that_stood_between_is_named_without_its_password`
        `test_proxy_that_refuses_a_tunnel_is_final_and_says_what_to_do`
        `test_proxy_that_does_not_speak_http_is_given_up_soon`""",
    "A8 The authorities of every variable are trusted, and a certificate that is not fails at once.": """
        `test_authority_that_a_variable_names_is_trusted`
        `test_certificate_that_is_not_trusted_is_final_and_says_what_to_set`""",
    "B1 A batch that was sent may have been carried out, whatever came back.": """
        `test_create_whose_first_write_is_refused_late_leaves_nobody_added`
        `test_accounts_that_no_read_shows_are_not_said_to_be_taken_back`
        `test_taking_back_that_is_accepted_and_not_carried_out_is_not_believed_by_a_late_read`""",
    "B2 An answer that may belong to a second copy of a request is a lost answer.": """
        `test_create_whose_writes_arrive_twice_ends_in_what_was_asked`
        `test_delete_whose_removals_arrive_twice_leaves_nobody`
        `test_create_and_delete_whose_first_copies_are_under_way_end_in_what_was_asked`""",
    "B3 A write of unknown outcome keeps its ClientToken.": """
        `test_addition_of_unknown_outcome_keeps_its_token`
        `test_write_that_was_accepted_and_does_not_show_has_another_token`""",
    "B4 An image that is absent for a moment is not gone.": """
        `test_refresh_keeps_a_share_whose_image_is_absent_for_a_moment`
        `test_absence_is_looked_at_again_twice_and_some_seconds_apart`
        `test_refresh_keeps_accounts_whose_list_is_without_them_for_a_moment`""",
    "B5 A new image is waited for.": """
        `test_create_waits_for_an_image_that_is_being_made_and_says_so`
        `test_create_finds_an_image_that_is_not_listed_at_once`""",
    "B6 Whom a killed run may have given access is named until that is settled.": """
        `test_run_after_a_killed_update_names_who_may_have_been_given_access`
        `test_run_after_one_that_settled_it_names_nobody`""",
    "B7 After the second interruption no further write begins.": """
        `test_interrupted_twice_no_further_write_begins`""",
    "B8 A refused key may be that of the last up, and the error says so.": """
        `test_key_that_may_be_that_of_the_last_up_is_reported_with_the_way_to_the_present_one`""",
    "C1 Options that would make a second provider process are refused.": """
        `test_option_of_a_second_provider_process_is_refused`
        `test_option_of_a_second_process_that_a_transform_sets_is_taken_away_and_named`
        `test_option_of_a_second_process_is_taken_away_from_a_transform_of_any_origin`
        `test_custom_timeouts_are_taken_away_from_a_transform_of_any_origin_and_named`
        `test_option_that_a_transformation_sets_is_refused_as_on_the_share_itself`""",
    "C2 A provider of the plugin, inherited or not, is refused.": """
        `test_option_of_a_second_provider_process_is_refused`
        `test_provider_that_a_transform_gives_to_the_parent_is_taken_away_from_the_share`""",
    "C3 What unchanged shares ask for counts in every reckoning.": """
        `test_share_that_is_left_over_beside_its_successor_takes_access_from_nobody`
        `test_account_that_an_unchanged_share_of_a_file_asks_for_keeps_access`""",
    "C4 What another share of the stack owns is no drift.": """
        `test_account_of_another_share_is_no_drift_and_is_listed_once`
        `test_account_of_nobody_is_drift_beside_another_share`""",
    "C5 What is said at the end of a run holds at the end of the run.": """
        `test_account_that_a_rename_drops_is_not_said_to_have_access`
        `test_account_that_leaves_with_an_old_name_is_foreign_to_nobody`
        `test_account_that_a_replacement_drops_is_foreign_to_nobody`""",
    "C6 Replacing a retained share takes access from nobody, and nothing warns.": """
        `test_share_that_is_retained_is_replaced_without_a_warning`
        `test_share_that_is_not_retained_warns_of_its_losses`""",
    "C7 A share that is replaced by force is told in true words.": """
        `test_target_replace_removes_nobody_and_names_every_account`""",
    "C8 Secret accounts are counted both ways.": """
        `test_notice_on_an_update_of_secret_accounts_counts_both_ways`
        `test_preview_of_secret_accounts_counts_who_gains_and_who_loses`""",
    "C9 Failures of operations at the same time keep their own form.": """
        `test_errors_of_simultaneous_operations_keep_their_own_form`""",
    "C10 A share of state is read back with every field.": """
        `test_share_in_state_with_every_field_is_read_back_with_every_field`""",
    "C11 What is wrong is said once and short.": """
        `test_interrupted_program_of_the_language_host_prints_nothing`
        `test_missing_credentials_are_explained_once_in_a_run`
        `test_expected_failure_is_formatted_without_the_name_of_its_class`""",
    "C12 A note that comes or goes does not look like an account.": """
        `test_note_that_comes_or_goes_is_shown_as_a_changed_note`""",
    "C13 After an up what was done is said as done.": """
        `test_up_of_a_new_share_says_that_access_was_gained`""",
    "C14 A loss names the other stacks that list the account.": """
        `test_loss_names_the_stack_whose_state_or_file_lists_the_account`
        `test_review_of_a_file_names_the_stack_whose_file_lists_the_account`
        `test_share_to_the_owners_ecs_that_is_switched_off_names_the_stack_that_asks_for_it`""",
    "D1 A file that cannot be read is named, and stops nothing that does not need it.": """
        `test_stack_file_that_cannot_be_read_is_named_by_every_report`
        `test_file_of_a_project_that_cannot_be_read_is_named`
        `test_login_of_pulumi_that_cannot_be_read_stops_no_audit_and_is_named`
        `test_run_whose_state_the_engine_cannot_open_names_what_was_done_the_place_and_the_next_step`
        `test_place_of_state_that_is_no_address_is_refused_before_the_engine_is_asked`
        `test_stack_file_that_is_no_file_is_named_by_every_report`
        `test_audit_names_a_rotation_that_selects_no_image`
        `test_command_on_a_stack_whose_file_is_no_file_says_so`""",
    "D2 Every command reads a stack file through the same checks.": """
        `test_account_that_yaml_reads_as_another_is_refused_by_every_command`
        `test_null_is_refused_with_its_field_and_place`
        `test_key_that_no_run_accepts_is_refused_by_every_command`
        `test_field_that_a_run_refuses_is_refused_by_every_command`
        `test_shares_that_a_run_refuses_beside_each_other_are_refused_by_every_command`""",
    "D3 A document of JSON is found among lines that are none.": """
        `test_export_is_found_among_other_lines`""",
    "D4 Ids without quotes in the project file are named before the engine is asked.": """
        `test_key_without_quotes_that_is_no_text_is_named_in_a_project_file`""",
    "D5 The owner of an image is refused in the preview, or left out of its own image.": """
        `test_owner_known_without_a_call_and_newly_listed_is_refused_in_check`
        `test_owner_known_without_a_call_is_left_out_and_named`
        `test_one_group_with_both_owners_serves_the_images_of_both`
        `test_role_with_a_token_tells_the_owner`
        `test_owner_that_only_the_cloud_knows_is_refused_in_a_check_that_reads`""",
    "D6 A new project works with pulumi install.": """
        `test_init_outside_the_environment_names_the_one_that_pulumi_install_makes`
        `test_requirements_name_the_package_of_this_version`""",
    "D7 The commands of the page on backends work as they stand.": """
        `test_commands_on_the_state_of_a_folder_work_with_pulumi_as_they_stand`""",
    "D8 A program shows what pulumi-alicloud is there for.": """
        `test_program_of_this_repository_copies_its_image_and_shares_it_in_each_region`
        `test_requirements_keep_the_packages_of_the_project`""",
    "D9 A share that is taken over gets a name that people would give.": """
        `test_share_is_named_by_the_words_that_its_resources_have_in_common`
        `test_share_of_one_account_is_named_without_the_account`""",
    "E The simulator serves the older signature and refuses what no page has.": """
        `test_query_signed_by_either_method_is_accepted`
        `test_signature_of_another_algorithm_is_refused_with_its_name_and_those_that_work`
        `test_misspelt_list_is_refused_and_named`
        `test_number_over_ten_alone_is_ignored`""",
    "G1 What was not read is never a none.": """
        `test_command_without_options_reads_every_region_whatever_is_configured`
        `test_command_in_a_project_whose_stack_names_one_region_reads_every_region`""",
    "G2 No run loses what a person wrote.": """
        `test_first_run_adds_the_salt_and_keeps_the_text`
        `test_run_that_fails_keeps_the_text`""",
    "G3 The first stack file works, and its examples can be uncommented at any time.": """
        `test_example_in_the_stack_file_is_valid_once_uncommented`
        `test_example_is_uncommented_after_a_first_run`""",
    "G4 What a run gives back is a gain that is named.": """
        `test_access_that_was_revoked_outside_and_is_given_back_is_a_gain_that_is_named`""",
    "G5 A host out of reach is believed soon, and once.": """
        `test_name_that_does_not_resolve_is_believed_after_ten_seconds_and_told_in_the_first_line`
        `test_host_that_is_believed_to_refuse_is_waited_for_once_by_all_shares`
        `test_mistyped_region_of_a_share_is_named_with_the_one_that_was_meant`""",
    "G6 A mistyped key is refused with what was meant.": """
        `test_key_that_pulumi_alicloud_does_not_know_is_refused_with_what_was_meant`
        `test_endpoint_of_no_product_is_refused_with_what_was_meant`
        `test_namespace_that_stands_for_ours_is_refused_in_any_program`
        `test_key_of_the_project_that_is_a_key_of_ours_is_named`
        `test_key_of_a_project_whose_name_is_nearly_a_namespace_is_the_projects_own`
        `test_mistyped_command_is_refused_with_the_one_that_was_meant`
        `test_second_stack_is_refused_and_not_taken_in_place_of_the_first`""",
    "G7 Every sign that a terminal cannot show has a stand-in.": """
        `test_every_sign_of_a_report_has_a_stand_in_of_its_own`""",
    "G8 Windows is refused in a sentence.": "`test_windows_is_refused_in_one_sentence`",
    "G9 A long run shows how far it is.": """
        `test_progress_counts_what_is_done_and_waits_and_names_what_is_slow`""",
    "G10 An approval that was carried out is done already.": """
        `test_up_of_an_approval_that_is_carried_out_already_says_so_and_is_no_failure`""",
    "G11 Whoever gains stands before losses that repeat.": """
        `test_account_that_gains_stands_before_long_notes_and_losses_that_repeat`""",
    "G12 Every format of an audit has one count of images.": """
        `test_images_are_counted_once_and_alike_in_every_format`
        `test_image_that_lacks_one_of_two_accounts_is_one_that_has_drifted`""",
    "G13 What is wrong with a file is said with its line and column.": """
        `test_form_of_a_stack_file_is_refused_with_line_and_column`""",
}

NUMBERS = {"A": 8, "B": 8, "C": 14, "D": 9, "G": 13}


@pytest.mark.parametrize("tests", ROWS.values(), ids=[row.partition(" ")[0] for row in ROWS])
def test_row_names_tests_that_are_there(tests: str):
    named = named_tests(tests)

    assert named
    assert sorted(named - every_test()) == []


def test_every_row_is_there():
    rows = {row.partition(" ")[0] for row in ROWS}

    assert rows == {"E"} | {f"{part}{n}" for part, most in NUMBERS.items() for n in range(1, most + 1)}
